"""fastText on the clothing reviews against the official package: the same tokenised texts, settings and threads.

Ours is the whole job (reading, training, a validation pass after each epoch, writing the model); the peer is
the time of `train_supervised` and `save_model`, without starting Python. One seed a round.
"""

import json
import pathlib
import re
import shutil
import statistics
import tempfile
import time

import _clothing
import _intervals
import _measure

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
    differences = [a - b for a, b in zip(accuracies["ours"], accuracies["theirs"], strict=True)]
    mean, half = _intervals.mean_interval(differences)
    peer = "fasttext"
    what = "fastText on the clothing reviews"
    interval = f"paired {mean:+.4f}, 95 % {mean - half:+.4f} to {mean + half:+.4f}"
    return [
        _measure.row(f"{what}, training", "s", mine["seconds"], peer, peers["seconds"]),
        _measure.row(f"{what}, memory", "MB", mine["memory"], peer, peers["memory"]),
        _measure.row(
            f"{what}, test accuracy ({interval})",
            "share",
            statistics.mean(accuracies["ours"]),
            peer,
            statistics.mean(accuracies["theirs"]),
        ),
    ]
