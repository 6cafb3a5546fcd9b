"""Runs the subjects that are asked for, or all, and prints what they measured as one table."""

import datetime
import importlib
import json
import multiprocessing
import os
import pathlib
import sys

import _measure


def rows_of(subject):
    return importlib.import_module(subject).rows()


def main():
    here = pathlib.Path(__file__).parent
    subjects = sys.argv[1:] or sorted(p.stem for p in here.glob("[!_]*.py"))
    # A process each: Linux counts a parent's peak memory into that of the programs that it starts.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        rows = sum(pool.map(rows_of, subjects, chunksize=1), [])
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "rounds": _measure.ROUNDS,
        "threads": _measure.THREADS,
        "profile": "dev (opt-level 3 for the classifier)",
        "load_average": os.getloadavg(),
        "rows": rows,
    }
    folder = pathlib.Path(os.environ["BENCHMARK"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "benchmark.json"
    path.write_text(json.dumps(report, indent=2) + "\n")

    columns = ["what", "unit", "ours", "peer", "theirs", "ratio", "aim", "reached"]
    table = [columns] + [[str(row[column]) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print(f"\n{_measure.ROUNDS} rounds, {_measure.THREADS} threads, load average "
          f"{os.getloadavg()[0]:.1f}; written to {path}")


if __name__ == "__main__":
    main()
