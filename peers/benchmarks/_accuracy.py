"""See peers/accuracy."""

import argparse
import json
import os
import pathlib
import sys
import tempfile

import _clothing
import _contenders
import _measure
import _review_sets
import _verdicts
from _seeds import Seeds

# Of the classifier's defaults for the pretrained model, those that every contender has where it has an equal: both
# transformers keep the last epoch, and PyTorch never stops early either.
SETTINGS = [*_contenders.OF_TORCH, "keep"]
PER_CLASS = 2370


def arguments():
    parser = argparse.ArgumentParser(prog="peers/accuracy", description="Seeds of each contender, compared.")
    parser.add_argument("kind", choices=["balanced", "natural"])
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE", help="a hyperparameter; NAME= leaves it out")
    parser.add_argument("--seeds", type=int, default=_verdicts.SEEDS, help="trainings of each contender (%(default)s)")
    parser.add_argument("--only", choices=_contenders.NAMES, help="the one contender that is trained")
    parser.add_argument("--per-class", type=int, default=PER_CLASS, help="rows of a class in the balanced set (%(default)s)")
    return parser.parse_intermixed_args()


def defaults():
    printed = _measure.run([_measure.CLASSIFIER, "defaults", "--pretrained", _measure.MINILM])
    found = json.loads(printed["output"])
    return {name: found[name] for name in SETTINGS}


def settings_of(pairs):
    if wrong := [pair for pair in pairs if "=" not in pair]:
        sys.exit(f"{wrong[0]} is no hyperparameter: NAME=VALUE")
    settings = defaults() | dict(pair.split("=", 1) for pair in pairs)
    return {name: value for name, value in settings.items() if value}


def train(asked, contenders, kept, folder):
    for contender in contenders:
        if contender.is_asked(asked.only):
            for seed in contender.seeds(asked.seeds):
                figures = kept.find(contender, seed)
                origin = " (kept)" if figures else ""
                figures = figures or kept.keep(contender, seed, contender.run(folder, seed))
                line = ", ".join(f"{name} {value:.4g}" for name, value in figures.items())
                print(f"{contender.name}, seed {seed}: {line}{origin}", flush=True)


def balanced_accuracies(asked, contenders, kept):
    """By contender: of all seeds that are asked for and finished, in this run or before."""
    found = {}
    for contender in contenders:
        figures = [kept.find(contender, seed) for seed in contender.seeds(asked.seeds)]
        found[contender.name] = [one["balanced_accuracy"] for one in figures if one]
    return {name: values for name, values in found.items() if values}


def main():
    asked = arguments()
    if asked.kind == "natural" and asked.only == "pytorch":
        sys.exit("PyTorch's side does not balance its epochs: the balanced set only")
    if _clothing.absent():
        sys.exit(1)
    settings = settings_of(asked.settings)
    # What the aim was set for.
    is_full = (asked.kind, asked.per_class, settings) == ("balanced", PER_CLASS, defaults())
    print(asked.kind, json.dumps(settings), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        digest = _review_sets.lay_out(folder, asked.kind, asked.per_class)
        kept = Seeds(pathlib.Path(os.environ["ACCURACY"]), asked.kind, digest)
        contenders = _contenders.all_of(asked.kind, settings, asked.only)
        train(asked, contenders, kept, folder)
    sys.exit(0 if _verdicts.report(balanced_accuracies(asked, contenders, kept), is_full) else 1)


if __name__ == "__main__":
    main()
