"""`FOLDER MODEL`: reads a part, tokenises it and writes Parquet; prints JSON."""

import json
import sys
import time

import pandas
from transformers import AutoTokenizer

folder, model = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(model)
start = time.monotonic()
rows = pandas.read_json(f"{folder}/processing/input/parts/reviews.jsonl", lines=True, dtype=False)
encoded = tokenizer(
    rows["text"].tolist(), padding="max_length", truncation=True, max_length=128
)
rows["input_ids"] = encoded["input_ids"]
rows["attention_mask"] = encoded["attention_mask"]
rows.to_parquet(f"{folder}/peer.parquet")
print(json.dumps({"rows_per_second": len(rows) / (time.monotonic() - start)}))
