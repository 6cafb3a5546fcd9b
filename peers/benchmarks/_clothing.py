"""The clothing reviews as `prepare` wants them and leaves them."""

import csv
import json
import pathlib
import sys

import _measure

REVIEWS = pathlib.Path("../shared/data/womens-clothing-reviews.csv")
LABELS = {"1": "-1", "2": "-1", "3": "0", "4": "1", "5": "1"}


def absent():
    if REVIEWS.is_file():
        return False
    print(f"{REVIEWS} is absent: its rows are left out", file=sys.stderr)
    return True


def rows():
    with REVIEWS.open(newline="", encoding="utf-8") as file:
        reviews = [row for row in csv.DictReader(file) if row["Review Text"].strip()]
    return [
        {"title": row["Title"], "text": row["Review Text"], "label": LABELS[row["Rating"]]} for row in reviews
    ]


def joined(row):
    """What a model reads under `TextColumn=Title,Review Text`; the rule is `policy::text::TextColumns::joined`."""
    title = row["title"].strip()
    return f"{title}. {row['text']}" if title else row["text"]


def lay_out(folder):
    """A dataset version of one part; returns the number of rows."""
    rows_of_part = [{"text": row["text"], "label": row["label"], "origin": "upload"} for row in rows()]
    for name in ["manifest", "parts"]:
        (folder / "processing/input" / name).mkdir(parents=True)
    part = folder / "processing/input/parts/reviews.jsonl"
    part.write_text("".join(json.dumps(row) + "\n" for row in rows_of_part))
    manifest = {
        "dataset": "reviews",
        "number": 1,
        "id": "benchmark",
        "parts": [
            {"id": "reviews", "rows": len(rows_of_part), "quarantined": 0, "source_key": REVIEWS.name}
        ],
        "mapping": {"text_column": "Review Text", "label_column": "Rating", "labels": LABELS},
        "labels": ["-1", "0", "1"],
        "prepare_version": 1,
        "created_at": "2026-01-01T00:00:00Z",
    }
    (folder / "processing/input/manifest/00000001.json").write_text(json.dumps(manifest))
    return len(rows_of_part)


def prepare(folder, *arguments):
    command = [_measure.CLASSIFIER, "prepare", *arguments]
    return _measure.run(command, SAGEMAKER_BASE_DIR=str(folder))


def prepared(folder, part):
    lines = (folder / "processing/output" / part / "part-00000.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]
