"""See `benchmark`: both programs on one file in turn, each a process of its own."""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
import pandas as pd

ROWS = int(os.environ.get("ROWS", 10_000_000))
ROUNDS = int(os.environ.get("ROUNDS", 3))
ASKED = ["bought", "1", "predicted", "shop", "region"]
CLOSE = 1e-12


def table(path):
    random = np.random.default_rng(5)
    north = random.random(ROWS) < 0.3
    bought = random.random(ROWS) < np.where(north, 0.72, 0.78)
    predicted = bought ^ (random.random(ROWS) < np.where(north, 0.2, 0.15))
    columns = {
        "region": np.where(north, "north", "south"),
        "shop": random.choice(["a", "b", "c"], ROWS),
        "bought": bought.astype(int),
        "predicted": predicted.astype(int),
    }
    pd.DataFrame(columns).to_csv(path, index=False)


def measured(command):
    """Seconds, the most memory in MB (a process starts with what this one has, about 100 MB), and the metrics."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    if status:
        sys.exit(f"{command[0]} failed")
    metrics = {tuple(line.split("\t")[:3]): float(line.split("\t")[3]) for line in lines}
    return seconds, usage.ru_maxrss / 1024, metrics


def main():
    folder = pathlib.Path(os.environ["BENCHMARK"])
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"bias-{ROWS}.csv"
    if not file.exists():
        table(file)
    programs = {
        "ours, with intervals": [os.environ["BIAS"], file, *ASKED],
        "smclarify 0.5": [sys.executable, "peers/bias/smclarify_of.py", file, *ASKED],
    }
    runs = {name: [] for name in programs}
    for round in range(ROUNDS):
        for name, command in programs.items():
            runs[name].append(measured([str(word) for word in command]))
            print(f"round {round + 1}, {name}: {runs[name][-1][0]:.1f} s", file=sys.stderr)
    (_, _, ours), (_, _, theirs) = (found[0] for found in runs.values())
    if ours.keys() != theirs.keys():
        sys.exit("not the same metrics")
    furthest = max(abs(ours[metric] - theirs[metric]) for metric in ours)
    if furthest > CLOSE:
        sys.exit(f"a metric differs by {furthest}")
    medians = {name: [statistics.median(run[place] for run in found) for place in (0, 1)] for name, found in runs.items()}
    print(f"{ROWS:,} rows, {len(ours)} metrics, medians of {ROUNDS}; the furthest differ by {furthest:.1e}\n")
    print("| program | seconds | peak memory |\n|---|---:|---:|")
    for name, (seconds, memory) in medians.items():
        print(f"| {name} | {seconds:.2f} | {memory:,.0f} MB |")
    (ours, _), (theirs, _) = medians.values()
    print(f"\n{theirs / ours:.0f} times as fast.")
    (folder / "bias.json").write_text(json.dumps({"rows": ROWS, "rounds": ROUNDS, "medians": medians}, indent=1) + "\n")


main()
