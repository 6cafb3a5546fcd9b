"""What the subjects share: the reviews, processes that are measured, rounds that alternate, a table.

Nothing but the standard library: a process starts with the memory of the one that made it.
"""

import csv
import json
import multiprocessing
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROUNDS = int(os.environ.get("ROUNDS", "3"))
REVIEWS = pathlib.Path(os.environ["REVIEWS_CSV"])
TARGET = pathlib.Path(os.environ["TARGET"])
FOLDER = pathlib.Path(os.environ["BENCHMARK"])


def reviews():
    """The real file's columns, and its rows."""
    with REVIEWS.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, rows


def grown(rows, number, text):
    """So many rows: the given ones, and copies of them whose texts end with the copy's number."""
    for place in range(number):
        copy, row = place // len(rows), list(rows[place % len(rows)])
        # An empty review stays one.
        if copy and row[text].strip():
            row[text] += f" {copy}"
        yield row


def made(path, write):
    """The file, which an earlier run may have made; by a process of its own, so that this one stays small."""
    if not path.exists():
        say(f"making {path}")
        unfinished = path.with_suffix(".unfinished")
        maker = multiprocessing.get_context("fork").Process(target=write, args=(unfinished,))
        maker.start()
        maker.join()
        if maker.exitcode:
            sys.exit(f"{path} could not be made")
        unfinished.rename(path)
    return path


def run(command, **environment):
    """Seconds, processor seconds and the most memory (ru_maxrss, MB) of a program that succeeds; its output."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    if status:
        sys.exit(f"{command[0]} failed: {output}")
    figures = {"seconds": seconds, "processor": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}
    return figures, output


def alternate(contenders):
    """Each of the contenders (functions that return figures) in turn, ROUNDS times; medians by name."""
    rounds = {name: [] for name in contenders}
    for number in range(ROUNDS):
        for name, contender in contenders.items():
            begun = time.monotonic()
            rounds[name].append(contender())
            say(f"round {number + 1} of {ROUNDS}, {name}: {time.monotonic() - begun:.1f} s")
    return {
        name: {figure: statistics.median(one[figure] for one in found) for figure in found[0]}
        for name, found in rounds.items()
    }


def table(title, header, rows, medians):
    """Printed as Markdown; the medians are kept as JSON below the target folder."""
    rounds = "One round" if ROUNDS == 1 else f"Medians of {ROUNDS} rounds"
    print(f"\n{title}. {rounds}; {machine()}.\n")
    print(f"| {' | '.join(header)} |\n|---|{'---:|' * (len(header) - 1)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    sys.stdout.flush()
    name = pathlib.Path(sys.argv[0]).stem
    kept = {"title": title, "machine": machine(), "rounds": ROUNDS, "medians": medians}
    (FOLDER / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n")


def machine():
    cores = len(os.sched_getaffinity(0))
    wide = "with" if "avx512f" in pathlib.Path("/proc/cpuinfo").read_text() else "without"
    return f"{cores} cores {wide} AVX-512, load average {os.getloadavg()[1]:.1f}"


def say(text):
    print(text, file=sys.stderr, flush=True)
