"""Fine-tuning the six-layer BERT, batch 32, against PyTorch and transformers in fp32: texts that fill 64 tokens, so that
the two compute the same products; and clothing reviews of up to 128, which ours computes without padding.
"""

import json
import pathlib
import random
import re
import shutil
import tempfile

import _clothing
import _measure
import _review_sets

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
# The defaults' length, and the padding of transformers' Trainer.
OF_REVIEWS = SETTINGS | {"max_seq_length": 128}
PADDING = {"pad_each_batch": True}


def full_texts():
    """Enough words for every text to fill its length."""
    vocabulary = (_measure.MINILM / "vocab.txt").read_text().split()
    words = [word for word in vocabulary if word.isalpha() and len(word) > 2]
    draw = random.Random(1)
    return [" ".join(draw.choices(words, k=LENGTH)) for _ in range(BATCH * STEPS)]


def reviews():
    """With their titles. Their lengths count alone: `lay_out` labels by place."""
    rows = _review_sets.chosen("balanced", BATCH * STEPS // 3)
    return [_clothing.joined(row) for row in rows]


def lay_out(folder, texts, settings):
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
        json.dumps({name: str(value) for name, value in settings.items()})
    )


def ours(folder):
    shutil.rmtree(folder / "model", ignore_errors=True)
    finished = _measure.run([_measure.CLASSIFIER, "train"], SAGEMAKER_BASE_DIR=str(folder))
    speeds = re.findall(r"samples_per_second: ([\d.]+)", finished["output"])
    # The second epoch: the first one's first step also sees all memory for the first time.
    return {**finished, "samples_per_second": float(speeds[1])}


def torch(folder, settings):
    return _measure.run_python("_torch_training.py", folder, json.dumps(settings))


def measured(texts, settings, of_torch):
    """`of_torch` is what PyTorch's side has besides."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        lay_out(folder, texts, settings)
        return _measure.alternate({"ours": lambda: ours(folder), "torch": lambda: torch(folder, settings | of_torch)})


def row(what, unit, found, key):
    theirs = "PyTorch + transformers, fp32"
    return _measure.row(what, unit, found["ours"][key], theirs, found["torch"][key])


def rows():
    found = measured(full_texts, SETTINGS, {})
    table = [
        row(f"{what} fine-tuning the six-layer BERT, batch {BATCH}, length {LENGTH}", unit, found, key)
        for what, unit, key in [
            ("speed of", "samples/s", "samples_per_second"),
            ("peak memory of", "MB", "memory"),
            ("processor time of", "s", "cpu"),
        ]
    ]
    if _clothing.absent():
        return table
    found = measured(reviews, OF_REVIEWS, PADDING)
    what = f"speed of fine-tuning the six-layer BERT, batch {BATCH}, clothing reviews"
    return [*table, row(what, "samples/s", found, "samples_per_second")]
