"""The same fine-tuning with PyTorch and transformers: arguments are the job's folder and its settings.

Rows are padded to the longest of all, or with `pad_each_batch` to the longest of their batch, as transformers' Trainer does
with a tokenizer. Where the job has a test channel, the rows there are scored after the last epoch.
"""

import itertools
import json
import pathlib
import statistics
import sys
import time

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers import get_linear_schedule_with_warmup

import _measure

folder, settings = pathlib.Path(sys.argv[1]), json.loads(sys.argv[2])
torch.set_num_threads(_measure.THREADS)
torch.manual_seed(settings.get("seed", 42))


def rows_of(channel):
    path = folder / "input/data" / channel / "rows.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def tokenize(rows):
    return tokenizer([row["review_body"] for row in rows], truncation=True, max_length=settings["max_seq_length"])


def padded(tokens, places):
    """Those rows, to the longest of them."""
    some = {name: [values[place] for place in places] for name, values in tokens.items()}
    return tokenizer.pad(some, return_tensors="pt")


def encode(rows):
    return padded(tokenize(rows), range(len(rows)))


def classes(rows):
    return torch.tensor([int(row["sentiment"]) + 1 for row in rows])


rows = rows_of("train")[: settings.get("rows")]
pretrained = folder / "input/data/pretrained"
tokenizer = AutoTokenizer.from_pretrained(pretrained)
model = AutoModelForSequenceClassification.from_pretrained(pretrained, num_labels=3)
tokens, labels = tokenize(rows), classes(rows)
encoded = None if settings.get("pad_each_batch") else padded(tokens, range(len(rows)))
batch = settings["train_batch_size"]
steps = settings["epochs"] * -(-len(rows) // batch)

plain = [p for n, p in model.named_parameters() if n.endswith(".bias") or "LayerNorm" in n]
decayed = [p for n, p in model.named_parameters() if not (n.endswith(".bias") or "LayerNorm" in n)]
# Fused, as transformers' Trainer has it by default.
optimizer = torch.optim.AdamW(
    [
        {"params": decayed, "weight_decay": settings["weight_decay"]},
        {"params": plain, "weight_decay": 0.0},
    ],
    lr=settings["learning_rate"],
    fused=True,
)
schedule = get_linear_schedule_with_warmup(optimizer, int(steps * settings["warmup_ratio"]), steps)

model.train()
for epoch in range(settings["epochs"]):
    started = time.perf_counter()
    for place in torch.randperm(len(rows)).split(batch):
        inputs = {name: values[place] for name, values in encoded.items()} if encoded else padded(tokens, place.tolist())
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.get("bf16", False)):
            loss = model(**inputs, labels=labels[place]).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings["max_grad_norm"])
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    seconds = time.perf_counter() - started
figures = {"samples_per_second": len(rows) / seconds}

model.eval()
tested = rows_of("test")
right = {label: [] for label in range(3)}
with torch.no_grad():
    for some in (tested[place : place + batch] for place in range(0, len(tested), batch)):
        truths = classes(some)
        for truth, found in zip(truths, model(**encode(some)).logits.argmax(1)):
            right[int(truth)].append(bool(truth == found))
if tested:
    figures["test_accuracy"] = statistics.mean(itertools.chain(*right.values()))
    figures["test_balanced_accuracy"] = statistics.mean(map(statistics.mean, right.values()))
print(json.dumps(figures))
