"""Fine-tuning the six-layer BERT: batch 32, 64 tokens per text, against PyTorch and transformers in fp32."""

import json
import pathlib
import random
import re
import shutil
import tempfile

import _measure

BATCH, LENGTH, STEPS = 32, 64, 5
SETTINGS = {
    "epochs": 2,
    "learning_rate": 5e-5,
    "train_batch_size": BATCH,
    "max_seq_length": LENGTH,
    "weight_decay": 0.01,
    "warmup_ratio": 0.1,
    "max_grad_norm": 1.0,
}


def texts():
    """Enough words for every text to fill its length."""
    vocabulary = (_measure.MINILM / "vocab.txt").read_text().split()
    words = [word for word in vocabulary if word.isalpha() and len(word) > 2]
    draw = random.Random(1)
    return [" ".join(draw.choices(words, k=LENGTH)) for _ in range(BATCH * STEPS)]


def lay_out(folder):
    rows = [{"review_body": text, "sentiment": n % 3 - 1} for n, text in enumerate(texts())]
    for channel, rows_of in {"train": rows, "validation": rows[:3]}.items():
        path = folder / "input/data" / channel
        path.mkdir(parents=True)
        lines = "".join(json.dumps(row) + "\n" for row in rows_of)
        (path / "rows.jsonl").write_text(lines)
    shutil.copytree(_measure.MINILM, folder / "input/data/pretrained")
    config = folder / "input/config"
    config.mkdir()
    (config / "hyperparameters.json").write_text(
        json.dumps({name: str(value) for name, value in SETTINGS.items()})
    )


def ours(folder):
    shutil.rmtree(folder / "model", ignore_errors=True)
    finished = _measure.run([_measure.CLASSIFIER, "train"], SAGEMAKER_BASE_DIR=str(folder))
    speeds = re.findall(r"samples_per_second: ([\d.]+)", finished["output"])
    # The second epoch: the first one's first step also sees all memory for the first time.
    return {**finished, "samples_per_second": float(speeds[1])}


def torch(folder):
    return _measure.run_python("_torch_training.py", folder, json.dumps(SETTINGS))


def rows():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        lay_out(folder)
        found = _measure.alternate({"ours": lambda: ours(folder), "torch": lambda: torch(folder)})
    return [
        _measure.row(
            f"{what} fine-tuning the six-layer BERT, batch {BATCH}, length {LENGTH}",
            unit,
            found["ours"][key],
            "PyTorch + transformers, fp32",
            found["torch"][key],
        )
        for what, unit, key in [
            ("speed of", "samples/s", "samples_per_second"),
            ("peak memory of", "MB", "memory"),
            ("processor time of", "s", "cpu"),
        ]
    ]
