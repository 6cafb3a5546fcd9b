"""Runs the subjects that are asked for, or all, and prints what they measured as one table."""

import datetime
import importlib
import json
import os
import pathlib
import sys

import _measure

here = pathlib.Path(__file__).parent
subjects = sys.argv[1:] or sorted(p.stem for p in here.glob("[!_]*.py"))
rows = []
for subject in subjects:
    rows += importlib.import_module(subject).rows()

report = {
    "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    "rounds": _measure.ROUNDS,
    "threads": _measure.THREADS,
    "profile": "dev (opt-level 3 for the classifier and its numerical dependencies)",
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
