"""Replays searches of hyperparameters in a table of trainings and prints what each is worth.

`replay.py TABLE SEEDS OURS`: OURS is what crates/tuning/examples/replay printed. Exit status 1 where a check fails.
"""

import json
import math
import multiprocessing
import os
import statistics
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

from _searchers import PEERS, TRIALS  # noqa: E402
from _table import Table  # noqa: E402

BUDGETS = (16, 32, 64)
MARGIN = 0.005
PROCESSES = 2
OURS = {"random": "ours, Random", "bayesian": "ours, Bayesian", "hyperband": "ours, Hyperband"}


def main(path, seeds, ours):
    table = Table(path)
    seeds = range(int(seeds))
    if len(seeds) < 2:
        sys.exit("an interval needs two seeds or more")
    own = read(ours, table)
    searches = {**replayed(path, seeds), **own}
    order = ["uniform random", *OURS.values(), *list(PEERS)[1:]]
    scores = {
        name: {budget: [score(table, searches[name][seed], seed, budget) for seed in seeds] for budget in BUDGETS}
        for name in order
    }
    print(
        f"{len(table.values)} settings, {table.epochs} epochs, {len(seeds)} seeds;"
        f" best test score {table.best_test():.4f}"
    )
    show(table, searches, scores, seeds)
    return checks(table, searches, scores, seeds)


def read(ours, table):
    """Our searches, which must have gone by the same rules as the others."""
    searches = {}
    with open(ours) as lines:
        compare(json.loads(next(lines)), table)
        for line in lines:
            search = json.loads(line)
            searches.setdefault(OURS[search["searcher"]], {})[search["seed"]] = search["taken"]
    return searches


def compare(header, table):
    told = header["trials"], header["budget"]
    if told != (TRIALS, TRIALS * table.epochs):
        sys.exit(f"crates/tuning/examples/replay has the trials and epochs {told}, and _searchers.py others")
    taken = []
    for answer in header["answers"]:
        row = table.nearest_unused(answer["point"], taken)
        if (row, [table.curve(row, seed) for seed in (0, 1)]) != (answer["row"], answer["curves"]):
            sys.exit(f"crates/tuning/examples/replay answers the point {answer['point']} otherwise than _table.py")
        taken.append((row, 0))


def replayed(path, seeds):
    with multiprocessing.Pool(PROCESSES, begin, [path]) as pool:
        tasks = [(name, seed) for name in PEERS for seed in seeds]
        searches, started = {name: {} for name in PEERS}, time.monotonic()
        for done, (name, seed, taken) in enumerate(pool.imap_unordered(replay, tasks), 1):
            searches[name][seed] = taken
            left = (time.monotonic() - started) / done * (len(tasks) - done)
            print(f"\r{done} of {len(tasks)} searches, {left / 60:.0f} min left  ", end="", file=sys.stderr)
    print(file=sys.stderr)
    return searches


def begin(path):
    global shared
    shared = Table(path)


def replay(task):
    name, seed = task
    return name, seed, PEERS[name](shared, seed)


def score(table, taken, seed, budget):
    """The test score of what validation chooses after the epochs of so many whole trainings."""
    row, epochs, _ = table.chosen(taken, seed, budget * table.epochs)
    return table.test(row, epochs)


def show(table, searches, scores, seeds):
    tests = [f"test, {budget}" for budget in BUDGETS]
    columns = ["", *tests, "regret, 32", "epochs to", "> random", "less Optuna TPE, 32"]
    print(("{:24}" + "{:>16}" * 3 + "{:>12}{:>11}{:>10}   {}").format(*columns))
    for name, by_budget in scores.items():
        tests = [f"{mean:.4f} ±{half:.4f}" for mean, half in map(interval, by_budget.values())]
        regrets, epochs = [], []
        for seed in seeds:
            taken, best = searches[name][seed], table.best_validation(seed)
            regrets.append(best - table.chosen(taken, seed, 32 * table.epochs)[2])
            epochs.append(epochs_to(table, taken, seed, best - MARGIN))
        reached = statistics.median(epochs)
        ahead = ahead_of(by_budget[32], scores["uniform random"][32])
        mean, half = interval(differences(by_budget[32], scores["Optuna TPE"][32]))
        reached = "-" if math.isinf(reached) else int(reached)
        row = [name, *tests, statistics.mean(regrets), reached, 100 * ahead, mean, half]
        print(("{:24}" + "{:>16}" * 3 + "{:>12.4f}{:>11}{:>9.0f}%   {:+.4f} ±{:.4f}").format(*row))
    print(
        "test: balanced accuracy on the test rows of the setting with the best validation score, after the epochs of so"
        "\nmany whole trainings. regret: the table's best validation score less the chosen one. epochs to: the median spent"
        f"\nuntil within {MARGIN} of it (- where most never were). > random: seeds ahead of uniform random at 32, ties half."
        "\n± is half a 95 % interval over the searches' seeds. All seeds share the one or two recorded runs of a row, so the"
        "\nluck of those trainings is not in it."
    )


def epochs_to(table, taken, seed, wanted):
    spent = 0
    for row, epochs in taken:
        curve = table.curve(row, seed)[:epochs]
        if curve and curve[-1] >= wanted:
            return spent + epochs
        spent += max(epochs, 1)
    return math.inf


def checks(table, searches, scores, seeds):
    ours, tpe, random = (scores[name][32] for name in ("ours, Bayesian", "Optuna TPE", "uniform random"))
    mean, half = interval(differences(ours, tpe))
    ahead, peer = ahead_of(ours, random), ahead_of(tpe, random)
    quarter = [score(table, searches["ours, Hyperband"][seed], seed, TRIALS / 4) for seed in seeds]
    less, less_half = interval(differences(quarter, scores["uniform random"][64]))
    told = [
        (
            mean - half > -MARGIN,
            f"Bayesian after 32 trials less Optuna TPE: {mean:+.4f} ±{half:.4f}, above -{MARGIN}",
        ),
        (ahead >= peer, f"Bayesian ahead of random in {ahead:.0%} of seeds, Optuna TPE in {peer:.0%}"),
        (
            less - less_half > -MARGIN,
            f"Hyperband with a quarter of the epochs less random after 64 trials: {less:+.4f} ±{less_half:.4f},"
            f" above -{MARGIN}",
        ),
    ]
    for holds, sentence in told:
        print("holds " if holds else "FAILS ", sentence)
    return 0 if all(holds for holds, _ in told) else 1


def differences(a, b):
    return [x - y for x, y in zip(a, b)]


def ahead_of(a, b):
    return statistics.mean((x > y) + 0.5 * (x == y) for x, y in zip(a, b))


def interval(values):
    """Mean and half of its 95 % interval."""
    return statistics.mean(values), 1.96 * statistics.stdev(values) / math.sqrt(len(values))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
