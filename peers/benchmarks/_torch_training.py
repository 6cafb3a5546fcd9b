"""The same fine-tuning with PyTorch and transformers: arguments are the job's folder and its settings."""

import json
import pathlib
import sys
import time

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers import get_linear_schedule_with_warmup

import _measure

folder, settings = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
torch.set_num_threads(_measure.THREADS)
torch.manual_seed(42)

lines = (folder / "input/data/train/rows.jsonl").read_text().splitlines()[: settings.get("rows")]
rows = [json.loads(line) for line in lines]
pretrained = folder / "input/data/pretrained"
tokenizer = AutoTokenizer.from_pretrained(pretrained)
model = AutoModelForSequenceClassification.from_pretrained(pretrained, num_labels=3)
encoded = tokenizer(
    [row["review_body"] for row in rows],
    truncation=True,
    max_length=settings["max_seq_length"],
    padding=True,
    return_tensors="pt",
)
labels = torch.tensor([row["sentiment"] + 1 for row in rows])
batch = settings["train_batch_size"]
steps = settings["epochs"] * -(-len(rows) // batch)

plain = [p for n, p in model.named_parameters() if n.endswith(".bias") or "LayerNorm" in n]
decayed = [p for n, p in model.named_parameters() if not (n.endswith(".bias") or "LayerNorm" in n)]
optimizer = torch.optim.AdamW(
    [
        {"params": decayed, "weight_decay": settings["weight_decay"]},
        {"params": plain, "weight_decay": 0.0},
    ],
    lr=settings["learning_rate"],
)
schedule = get_linear_schedule_with_warmup(optimizer, int(steps * settings["warmup_ratio"]), steps)

model.train()
for epoch in range(settings["epochs"]):
    started = time.perf_counter()
    for place in torch.randperm(len(rows)).split(batch):
        inputs = {name: values[place] for name, values in encoded.items()}
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.get("bf16", False)):
            loss = model(**inputs, labels=labels[place]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings["max_grad_norm"])
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    seconds = time.perf_counter() - started
print(json.dumps({"samples_per_second": len(rows) / seconds}))
