"""The sets of clothing reviews that `_accuracy.py` trains and tests on, as channels of a training job."""

import hashlib
import json
import shutil

import _clothing
import _measure


def fraction(purpose, text):
    digest = hashlib.sha256(f"{purpose} {text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def chosen(kind, per_class):
    """The rows of the set; a class's rows are chosen by their content, not by their order in the file."""
    rows = list({row["text"]: row for row in _clothing.rows()}.values())
    if kind == "natural":
        return rows
    by_class = {}
    for row in sorted(rows, key=lambda row: fraction("choose", row["text"])):
        by_class.setdefault(row["label"], []).append(row)
    return [row for of_class in by_class.values() for row in of_class[:per_class]]


def split(rows):
    """A fifth of every class to test, a twentieth to validate, the rest to train. By the review alone, as
    `prepare` does, so that a title changes no part."""
    parts = {"train": [], "validation": [], "test": []}
    for label in sorted({row["label"] for row in rows}):
        of_class = [row for row in rows if row["label"] == label]
        of_class.sort(key=lambda row: fraction("split", row["text"]))
        test, validation = round(len(of_class) / 5), round(len(of_class) / 4)
        parts["test"] += of_class[:test]
        parts["validation"] += of_class[test:validation]
        parts["train"] += of_class[validation:]
    return parts


def lay_out(folder, kind, per_class):
    """Writes the job's channels and returns the digest of their rows."""
    digest = hashlib.sha256()
    for part, rows in split(chosen(kind, per_class)).items():
        path = folder / "input/data" / part
        path.mkdir(parents=True)
        lines = [json.dumps({"review_body": _clothing.joined(row), "sentiment": row["label"]}) for row in rows]
        (path / "rows.jsonl").write_text("\n".join(lines) + "\n")
        digest.update(f"{part}\n{lines}\n".encode())
        print(f"{part}: {len(rows)} rows", flush=True)
    shutil.copytree(_measure.MINILM, folder / "input/data/pretrained")
    (folder / "input/config").mkdir()
    return digest.hexdigest()[:16]
