"""Checks an uploaded file and registers it as a dataset version."""

import csv
import hashlib
import json
import os
import tempfile
import time

from _shared import BUCKET, Objects
from _names import content_name, receipt

csv.field_size_limit(1 << 24)
objects = Objects()
NAME = os.environ["DATASET_NAME"]
LABELS = os.environ["LABELS"].split(",")
MAPPING = dict(pair.split("=") for pair in os.environ["LABEL_MAPPING"].split(","))
TEXT, LABEL, CATEGORY = (os.environ[f"{column}_COLUMN"] for column in ("TEXT", "LABEL", "CATEGORY"))
LARGEST = int(os.environ["MAXIMUM_UPLOAD_BYTES"])


def handle(event):
    bucket, key = event["detail"]["bucket"]["name"], event["detail"]["object"]["key"]
    if bucket != BUCKET or not key.startswith("incoming/"):
        return {"outcome": "NotOurs"}
    if key.endswith("/"):
        return {"outcome": "FolderMarker"}
    with tempfile.TemporaryDirectory() as folder:
        upload = os.path.join(folder, "upload")
        try:
            found = objects.s3.get_object(Bucket=BUCKET, Key=key)
        except objects.s3.exceptions.NoSuchKey:
            return {"outcome": "Gone"}
        tag = found["ETag"]
        if found["ContentLength"] > LARGEST:
            return conclude(key, tag, {"result": "rejected", "reason": f"more than {LARGEST} bytes"})
        with open(upload, "wb") as file:
            for chunk in found["Body"].iter_chunks(1 << 16):
                file.write(chunk)
        name = f"datasets/{NAME}/receipts/{receipt(key, tag)}.json"
        if (known := objects.read_json(name)[0]) is not None:
            return known
        lines = os.path.join(folder, "lines")
        part, profile, quarantine = check(upload, lines)
        if quarantine:
            body = "".join(json.dumps(row) + "\n" for row in quarantine).encode()
            objects.write(f"datasets/{NAME}/quarantine/{part}.jsonl", body)
        if not profile["rows"]:
            return conclude(key, tag, {"result": "rejected", "reason": "no row is good"})
        uploaded = found["LastModified"].strftime("%Y-%m-%dT%H:%M:%SZ")
        return conclude(key, tag, register(key, tag, uploaded, part, profile, lines))


def check(upload, lines):
    """Good rows go to `lines`, bad ones are returned with their reasons."""
    digest, quarantine = hashlib.sha256(), []
    profile = {"rows": 0, "quarantined": 0, "quarantine_reasons": {}, "rows_by_label": {}, "rows_by_category": {}}
    words, most = 0, 0

    def bad(row, column, reason):
        profile["quarantined"] += 1
        reasons = profile["quarantine_reasons"]
        reasons[f"{column}: {reason}"] = reasons.get(f"{column}: {reason}", 0) + 1
        quarantine.append({"row": row, "column": column, "reason": reason})

    with open(upload, newline="", encoding="utf-8-sig") as file, open(lines, "wb") as out:
        reader = csv.reader(file)
        header = next(reader)
        at = {column: header.index(column) for column in (TEXT, LABEL, CATEGORY) if column in header}
        for number, fields in enumerate(reader, 1):
            if len(fields) != len(header):
                bad(number, "", "another number of fields")
                continue
            text, label = fields[at[TEXT]], MAPPING.get(fields[at[LABEL]].strip())
            if not text.strip():
                bad(number, TEXT, "empty")
            elif label not in LABELS:
                bad(number, LABEL, "unknown value")
            elif len(text) > 100_000:
                bad(number, TEXT, "too long")
            else:
                row = {"text": text, "label": label}
                if CATEGORY in at and (category := fields[at[CATEGORY]]).strip():
                    row["category"] = category
                    profile["rows_by_category"][category] = profile["rows_by_category"].get(category, 0) + 1
                line = json.dumps(row | {"origin": "upload", "human": False}, ensure_ascii=False).encode() + b"\n"
                out.write(line)
                digest.update(line)
                count = len(text.split())
                words, most = words + count, max(most, count)
                profile["rows"] += 1
                profile["rows_by_label"][label] = profile["rows_by_label"].get(label, 0) + 1
    profile["words"] = {"mean": words / max(profile["rows"], 1), "max": most}
    return content_name("part", digest.digest()), profile, quarantine


def register(key, tag, uploaded, part, profile, lines):
    with open(lines, "rb") as body:
        objects.s3.put_object(Bucket=BUCKET, Key=f"datasets/{NAME}/parts/{part}.jsonl", Body=body)
    objects.write(f"datasets/{NAME}/profiles/{part}.json", profile)
    prefix = f"datasets/{NAME}/versions/"
    for _ in range(50):
        versions = sorted((found for found, _ in objects.list(prefix)), reverse=True)
        newest = objects.read_json(versions[0])[0] if versions else None
        parts = newest["parts"] if newest else []
        if key.startswith("incoming/replace/"):
            parts = [known for known in parts if known.get("labels")]
        if any(known["id"] == part for known in parts):
            return {"result": "already_registered", "part": part}
        entry = {"id": part, "rows": profile["rows"], "quarantined": profile["quarantined"], "source_key": key}
        parts = [*parts, entry | {"source_etag": tag, "uploaded_at": uploaded}]
        classes = set()
        for known in parts:
            classes |= set(objects.read_json(f"datasets/{NAME}/profiles/{known['id']}.json")[0]["rows_by_label"])
        if len(classes) < 2:
            return {"result": "rejected", "reason": f"every row has the label {classes}"}
        version = {
            "dataset": NAME,
            "number": newest["number"] + 1 if newest else 1,
            "id": content_name("version", NAME, json.dumps(MAPPING), *(known["id"] for known in parts)),
            "parts": parts,
            "mapping": {"text_column": TEXT, "label_column": LABEL, "category_column": CATEGORY, "labels": MAPPING},
            "labels": LABELS,
            "prepare_version": 1,
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        inputs = [{"prefix": f"s3://{BUCKET}/datasets/{NAME}/parts/"}, *(f"{known['id']}.jsonl" for known in parts)]
        objects.write(f"datasets/{NAME}/inputs/{version['id']}.manifest", inputs)
        if objects.write(f"{prefix}{version['number']:08}.json", version):
            numbers = {"rows": profile["rows"], "quarantined": profile["quarantined"]}
            return {"result": "registered", "version": version["number"], "version_id": version["id"], "part": part} | numbers
    raise RuntimeError("other uploads were faster 50 times")


def conclude(key, tag, result):
    objects.write(f"datasets/{NAME}/receipts/{receipt(key, tag)}.json", {"source_key": key} | result)
    return result
