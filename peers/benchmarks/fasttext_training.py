"""fastText on the clothing reviews against the official package: the same tokenised texts, settings and threads.

Ours is the whole job (reading, training, a validation pass after each epoch, writing the model); the peer is
the time of `train_supervised` and `save_model`, without starting Python. One seed a round.
"""

import json
import math
import pathlib
import re
import shutil
import statistics
import tempfile
import time

import _clothing
import _intervals
import _measure

WHAT, PEER = "fastText on the clothing reviews", "fasttext"
SETTINGS = {
    "epochs": 5,
    "learning_rate": 0.3,
    "word_ngrams": 2,
    "vector_dim": 100,
    "min_count": 2,
    "buckets": 200_000,
}


def tokenised(text):
    return " ".join(re.findall(r"[a-z0-9']+|[^\sa-z0-9']", text.lower()))


def lay_out(folder):
    _clothing.lay_out(folder)
    _clothing.prepare(folder)
    for part in ["train", "validation", "test"]:
        lines = [
            f"__label__{row['sentiment']} {tokenised(row['review_body'])}\n"
            for row in _clothing.prepared(folder, part)
        ]
        path = folder / "input/data" / part
        path.mkdir(parents=True)
        (path / "rows.txt").write_text("".join(lines))
    (folder / "input/config").mkdir()


def rows():
    if _clothing.absent():
        return []
    accuracies = {"ours": [], "theirs": []}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        lay_out(folder)
        test = folder / "input/data/test/rows.txt"

        def ours():
            seed = len(accuracies["ours"])
            values = {**SETTINGS, "mode": "supervised", "seed": seed, "balance": "false"}
            values = {name: str(value) for name, value in {**values, "words": "whitespace"}.items()}
            (folder / "input/config/hyperparameters.json").write_text(json.dumps(values))
            shutil.rmtree(folder / "model", ignore_errors=True)
            start = time.monotonic()
            command = [_measure.CLASSIFIER, "train"]
            finished = _measure.run(command, SAGEMAKER_BASE_DIR=str(folder))
            seconds = time.monotonic() - start
            model = folder / "model/model.bin"
            scores = _measure.run_python("_fasttext.py", "test", model, test)
            accuracies["ours"].append(scores["accuracy"])
            return {"seconds": seconds, "cpu": finished["cpu"], "memory": finished["memory"]}

        def theirs():
            seed = len(accuracies["theirs"])
            scores = _measure.run_python(
                "_fasttext.py", "train", folder, json.dumps(SETTINGS), seed, _measure.THREADS
            )
            accuracies["theirs"].append(scores["accuracy"])
            return scores

        medians = _measure.alternate({"ours": ours, "theirs": theirs})
    mine, peers = medians["ours"], medians["theirs"]
    return [
        _measure.row(f"{WHAT}, training", "s", mine["seconds"], PEER, peers["seconds"]),
        _measure.row(f"{WHAT}, memory", "MB", mine["memory"], PEER, peers["memory"]),
        *rows_of_accuracy(accuracies["ours"], accuracies["theirs"]),
    ]


def rows_of_accuracy(ours, theirs):
    """Of one seed a round on each side. The difference has rows of its own, so that an aim can name a bound."""
    what = f"{WHAT}, test accuracy"
    found = [_measure.row(what, "share", statistics.mean(ours), PEER, statistics.mean(theirs))]
    mean, half = _intervals.mean_interval([a - b for a, b in zip(ours, theirs, strict=True)])
    # One round has no interval, and so misses the aim.
    bounds = [] if math.isnan(half) else [("lower bound", mean - half), ("upper bound", mean + half)]
    for name, value in [("mean", mean), *bounds]:
        found.append(_measure.row(f"{what} minus {PEER}'s, {name}", "share", value))
    return found
