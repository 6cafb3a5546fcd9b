"""Runs the subjects that are asked for, or all, prints what they measured, and holds it against the aims."""

import datetime
import importlib
import json
import multiprocessing
import os
import pathlib
import sys

import _aims
import _measure
import _processor


# The load average up to which a machine counts as free for measuring.
IDLE = 0.5


def rows_of(subject):
    return importlib.import_module(subject).rows()


def measured(subjects):
    # A process each: Linux counts a parent's peak memory into that of the programs that it starts.
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        return sum(pool.map(rows_of, subjects, chunksize=1), [])


def cell(value):
    if isinstance(value, float):
        return f"{_measure.significant(value):g}"
    return "-" if value is None else str(value)


def print_table(columns, rows):
    table = [columns] + [[cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
    for line in table:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())
    print()


def main():
    here = pathlib.Path(__file__).parent
    every = sorted(path.stem for path in here.glob("[!_]*.py"))
    subjects = sys.argv[1:] or every
    processor = _processor.described()
    before = os.getloadavg()[0]
    rows = measured(subjects)
    aims = _aims.judged(_aims.of_class(processor["class"]), rows, whole=set(every) <= set(subjects))
    report = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "rounds": _measure.ROUNDS,
        "threads": _measure.THREADS,
        "profile": "image",
        "processor": processor,
        "load_average_before": before,
        "load_average": os.getloadavg(),
        "rows": rows,
        "aims": aims,
    }
    folder = pathlib.Path(os.environ["BENCHMARK"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "benchmark.json"
    path.write_text(json.dumps(report, indent=2) + "\n")

    print_table(["what", "unit", "ours", "peer", "theirs", "ratio"], rows)
    print_table(["name", "beside", "direction", "number", "figure", "verdict"], aims)
    print(f"{processor['name']}, class {processor['class']}; the classifier's kernels: {processor['kernels']}")
    print(f"profile image, {_measure.ROUNDS} rounds, {_measure.THREADS} threads, load average "
          f"{os.getloadavg()[0]:.1f} ({before:.1f} before); written to {path}")
    if before > IDLE:
        print("Other work was running before: it slows contenders unequally, so ratios and verdicts do not count.")
    sys.exit(1 if any(aim["verdict"] == "missed" for aim in aims) else 0)


if __name__ == "__main__":
    main()
