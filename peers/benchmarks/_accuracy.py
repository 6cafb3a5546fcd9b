"""See peers/accuracy."""

import hashlib
import itertools
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

import _clothing
import _measure

SETTINGS = {
    "epochs": "3",
    "learning_rate": "5e-5",
    "train_batch_size": "32",
    "max_seq_length": "64",
    "patience": "3",
    "weight_decay": "0.01",
    "warmup_ratio": "0.1",
    "max_grad_norm": "1.0",
}
SEEDS = os.environ.get("SEEDS", "1 2 3").split()
PER_CLASS = 2370
AGAINST_PYTORCH = os.environ.get("AGAINST") == "pytorch"


def fraction(purpose, text):
    digest = hashlib.sha256(f"{purpose} {text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def chosen(balanced):
    """The rows of the set; a class's rows are chosen by their content, not by their order in the file."""
    rows = list({row["text"]: row for row in _clothing.rows()}.values())
    if not balanced:
        return rows
    by_class = {}
    for row in sorted(rows, key=lambda row: fraction("choose", row["text"])):
        by_class.setdefault(row["label"], []).append(row)
    return [row for of_class in by_class.values() for row in of_class[:PER_CLASS]]


def split(rows):
    """A fifth of every class to test, a twentieth to validate, the rest to train."""
    parts = {"train": [], "validation": [], "test": []}
    for label in sorted({row["label"] for row in rows}):
        of_class = [row for row in rows if row["label"] == label]
        of_class.sort(key=lambda row: fraction("split", row["text"]))
        test, validation = round(len(of_class) / 5), round(len(of_class) / 4)
        parts["test"] += of_class[:test]
        parts["validation"] += of_class[test:validation]
        parts["train"] += of_class[validation:]
    return parts


def lay_out(folder, balanced):
    for part, rows in split(chosen(balanced)).items():
        path = folder / "input/data" / part
        path.mkdir(parents=True)
        lines = [json.dumps({"review_body": row["text"], "sentiment": row["label"]}) for row in rows]
        (path / "rows.jsonl").write_text("\n".join(lines) + "\n")
        print(f"{part}: {len(rows)} rows", flush=True)
    shutil.copytree(_measure.MINILM, folder / "input/data/pretrained")
    (folder / "input/config").mkdir()


def train(folder, settings, seed):
    values = json.dumps({**settings, "seed": seed})
    (folder / "input/config/hyperparameters.json").write_text(values)
    shutil.rmtree(folder / "model", ignore_errors=True)
    finished = _measure.run([_measure.CLASSIFIER, "train"], SAGEMAKER_BASE_DIR=str(folder))
    names = ["test_accuracy", "test_balanced_accuracy", "samples_per_second"]
    return [float(re.findall(rf"\b{name}: ([\d.]+)", finished["output"])[-1]) for name in names]


def torch(folder, settings, seed):
    """PyTorch's last epoch; ours keeps the best on the validation rows."""
    numbers = {name: json.loads(value) for name, value in settings.items()}
    found = _measure.run_python("_torch_training.py", folder, json.dumps({**numbers, "seed": int(seed)}))
    return [found["test_accuracy"], found["test_balanced_accuracy"], found["samples_per_second"]]


def describe(what, figures):
    mean, half = _measure.mean_interval(figures)
    print(f"{what}: mean {mean:.4f}, 95 % {mean - half:.4f} to {mean + half:.4f}")


def main():
    kind = sys.argv[1] if len(sys.argv) > 1 else "no set"
    settings = SETTINGS | dict(pair.split("=", 1) for pair in sys.argv[2:])
    if kind not in ["balanced", "natural"]:
        sys.exit(f"{kind} is asked for: balanced or natural")
    if AGAINST_PYTORCH and kind == "natural":
        sys.exit("against PyTorch: balanced only, for the program there does not balance its epochs")
    if AGAINST_PYTORCH and settings.keys() != SETTINGS.keys():
        sys.exit(f"against PyTorch: {', '.join(settings.keys() - SETTINGS.keys())} has no equal there")
    if _clothing.absent():
        sys.exit(1)
    print(kind, json.dumps(settings), flush=True)
    contenders = {"ours": train} | ({"PyTorch": torch} if AGAINST_PYTORCH else {})
    figures = {name: [] for name in contenders}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        lay_out(folder, kind == "balanced")
        for seed, (name, contender) in itertools.product(SEEDS, contenders.items()):
            accuracy, balanced, speed = contender(folder, settings, seed)
            figures[name].append(balanced)
            line = f"accuracy {accuracy:.4f}, balanced {balanced:.4f}, {speed:.1f} samples/s"
            print(f"seed {seed}, {name}: {line}", flush=True)
    for name, found in figures.items():
        describe(f"balanced accuracy, {name}", found)
    if AGAINST_PYTORCH:
        describe("difference", [a - b for a, b in zip(figures["ours"], figures["PyTorch"])])


main()
