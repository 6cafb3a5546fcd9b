"""`classifier intake` beside pandas and DuckDB, all on one CSV that is grown from the real reviews.

The peers read, or read and write Parquet. Intake reads strictly, maps each row to a label or puts it into quarantine with
its reason, profiles every column for the constraints, names the part by its content, and writes it as JSON lines.
"""

import csv
import json
import os
import shutil
import sys

from _measure import FOLDER, TARGET, alternate, grown, made, reviews, run, table

ROWS = int(os.environ.get("INTAKE_ROWS", 1_000_000))
TEXT, CATEGORY, RATING = "Review Text", "Class Name", "Rating"
LABELS = {"1": "-1", "2": "-1", "3": "0", "4": "1", "5": "1"}
PARQUET = FOLDER / "written.parquet"

PANDAS = "import sys, pandas; frame = pandas.read_csv(sys.argv[1]); "
DUCKDB = "import sys, duckdb; duck = duckdb.connect(); duck.execute('SET enable_progress_bar = false'); "
PEERS = {
    "pandas 3.1, into a frame": PANDAS + "print(len(frame))",
    "pandas 3.1, to Parquet": PANDAS + "frame.to_parquet(sys.argv[2]); print(len(frame))",
    "DuckDB 2.0, into a table": DUCKDB
    + "duck.execute('CREATE TABLE found AS SELECT * FROM read_csv(?)', sys.argv[1:2]); "
    + "print(duck.execute('SELECT count(*) FROM found').fetchone()[0])",
    "DuckDB 2.0, to Parquet": DUCKDB
    + "print(duck.execute(f\"COPY (SELECT * FROM read_csv('{sys.argv[1]}')) TO '{sys.argv[2]}'\").fetchone()[0])",
}


def write(path):
    header, rows = reviews()
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(header)
        lines.writerows(grown(rows, ROWS, header.index(TEXT)))


def intake(upload):
    """As register-dataset's processing job lays the container out."""
    job = FOLDER / "intake-job"
    shutil.rmtree(job, ignore_errors=True)
    for name in ["request", "upload"]:
        (job / "processing/input" / name).mkdir(parents=True)
    (job / "processing/input/upload/reviews.csv").hardlink_to(upload)
    request = {
        "source_key": "incoming/reviews.csv",
        "id": "benchmark",
        "dataset": "reviews",
        "mapping": {"text_column": TEXT, "label_column": RATING, "category_column": CATEGORY, "labels": LABELS},
        "labels": ["-1", "0", "1"],
        "maximum_bytes": 1 << 34,
    }
    (job / "processing/input/request/request.json").write_text(json.dumps(request))
    figures, _ = run([TARGET / "image/classifier", "intake"], SAGEMAKER_BASE_DIR=str(job))
    taken = json.loads((job / "processing/output/dataset/intakes/benchmark/result.json").read_text())
    return figures, taken


def checked(figures, rows):
    """A program that reads other rows is no peer."""
    if rows != ROWS:
        sys.exit(f"{rows:,} rows were read of {ROWS:,}")
    return figures


def ours(upload):
    figures, taken = intake(upload)
    if taken["result"] != "taken":
        sys.exit(f"intake refused the file: {taken['reason']}")
    return {**checked(figures, taken["rows"] + taken["quarantined"]), "quarantined": taken["quarantined"]}


def peer(program, upload):
    PARQUET.unlink(missing_ok=True)
    figures, output = run([sys.executable, "-c", program, upload, PARQUET])
    return checked(figures, int(output))


def main():
    upload = made(FOLDER / f"reviews-{ROWS}.csv", write)
    contenders = {"classifier intake": lambda: ours(upload)}
    contenders |= {name: lambda program=program: peer(program, upload) for name, program in PEERS.items()}
    medians = alternate(contenders)
    size = upload.stat().st_size / 1e6
    title = f"{ROWS:,} rows of CSV, {size:,.0f} MB; {medians['classifier intake']['quarantined']:,.0f} go to quarantine"
    rows = []
    for name, found in medians.items():
        seconds, processor, memory = found["seconds"], found["processor"], found["memory"]
        rows.append([name, f"{ROWS / seconds:,.0f}", f"{seconds:.2f}", f"{processor:.2f}", f"{memory:,.0f} MB"])
    table(title, ["program", "rows/s", "seconds", "processor s", "peak memory"], rows, medians)


main()
