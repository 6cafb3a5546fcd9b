"""See `record`."""

import json
import pathlib
import shutil

from folders import TEXTS, logits, random_checkpoint

DATA = pathlib.Path("crates/bert/tests/data/models")

for family in ["bert", "roberta", "distilbert"]:
    shutil.rmtree(DATA / family, ignore_errors=True)
    folder = random_checkpoint(family, DATA / family)
    ids, rows = logits(folder, TEXTS)
    expected = [
        {"text": text, "input_ids": ids, "logits": row.tolist()}
        for text, ids, row in zip(TEXTS, ids, rows, strict=True)
    ]
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
