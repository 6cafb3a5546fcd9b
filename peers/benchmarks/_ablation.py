"""See peers/ablation."""

import argparse
import json
import os
import pathlib
import sys
import tempfile

import _accuracy
import _clothing
import _contenders
import _fingerprint
import _intervals
import _review_sets
from _seeds import Seeds

OPTIONS = {"label_smoothing_factor": "0.1", "layer_decay": "0.9", "average_weights": "0.99"}
DEFAULTS = "the defaults"


def arguments():
    parser = argparse.ArgumentParser(prog="peers/ablation", description="Options of fine-tuning, each alone.")
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE", help="an option to compare, or a hyperparameter of all")
    parser.add_argument("--seeds", type=int, default=5, help="trainings of each (5)")
    parser.add_argument("--per-class", type=int, default=2370, help="rows of a class (2370)")
    return parser.parse_intermixed_args()


def arms_of(pairs):
    """Who is trained, by what is said of them: ours by the defaults, and with each option alone."""
    is_option = [pair.partition("=")[0] in OPTIONS for pair in pairs]
    options = [pair for pair, option in zip(pairs, is_option) if option]
    options = options or [f"{name}={value}" for name, value in OPTIONS.items()]
    settings = _accuracy.settings_of([pair for pair, option in zip(pairs, is_option) if not option])
    changes = {DEFAULTS: {}} | {option: dict([option.split("=", 1)]) for option in options}
    return {name: arm(settings | change) for name, change in changes.items()}


def arm(settings):
    program = _fingerprint.of(settings, _contenders.PRETRAINED)
    return _contenders.Contender("ours", settings, program, _contenders.ours)


def report(found):
    """Of balanced accuracies by arm, one a seed in the order of the seeds."""
    defaults = found[DEFAULTS]
    for name, values in found.items():
        mean, half = _intervals.mean_interval(values)
        interval = f", 95 % {mean - half:.4f} to {mean + half:.4f}" if len(values) > 1 else ""
        print(f"balanced accuracy, {name}: mean {mean:.4f}{interval}, seeds: {len(values)}")
    for name, values in found.items():
        if name == DEFAULTS:
            continue
        if len(values) < 2:
            print(f"{name} minus the defaults: an interval needs two seeds")
            continue
        mean, half = _intervals.mean_interval([one - other for one, other in zip(values, defaults, strict=True)])
        low, high = mean - half, mean + half
        verdict = "pays" if low > 0 else "costs" if high < 0 else "open"
        print(f"{name} minus the defaults: {mean:+.4f}, 95 % {low:+.4f} to {high:+.4f} (paired): {verdict}")


def main():
    asked = arguments()
    if _clothing.absent():
        sys.exit(1)
    arms = arms_of(asked.settings)
    print("balanced", json.dumps(arms[DEFAULTS].settings), flush=True)
    found = {name: [] for name in arms}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        digest = _review_sets.lay_out(folder, "balanced", asked.per_class)
        kept = Seeds(pathlib.Path(os.environ["ACCURACY"]), "balanced", digest)
        # Seed by seed: what an interrupted run has finished is pairs.
        for seed in range(1, asked.seeds + 1):
            for name, arm in arms.items():
                figures = _accuracy.trained(name, arm, seed, kept, folder)
                found[name].append(figures["balanced_accuracy"])
    report(found)


if __name__ == "__main__":
    main()
