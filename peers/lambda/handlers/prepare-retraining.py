"""Turns enough new labels into the next part of the dataset."""

import json
import os
import time

from _shared import Objects
from _names import content_name, receipt

objects = Objects()
NAME = os.environ["DATASET_NAME"]
NEEDED, A_DAY = int(os.environ["MINIMUM_NEW_LABELS"]), int(os.environ["MAXIMUM_RETRAININGS_PER_DAY"])


def handle(_event):
    today = time.strftime("%Y-%m-%d", time.gmtime())
    newest, made = None, 0
    for key, _ in sorted(objects.list(f"datasets/{NAME}/versions/"), reverse=True):
        version, _ = objects.read_json(key)
        newest = newest or version
        if not version["created_at"].startswith(today):
            break
        made += bool(version["parts"][-1].get("labels"))
    parts = newest["parts"] if newest else []
    known = {label for part in parts for label in part.get("labels", [])}
    labels = [key.removeprefix("labels/").removesuffix(".json") for key, _ in objects.list("labels/")]
    new = [label for label in labels if label not in known]
    for key, tag in objects.list("incoming/human-labels/"):
        registered = any(part["source_key"] == key for part in parts)
        if not registered and not objects.exists(f"datasets/{NAME}/receipts/{receipt(key, tag)}.json"):
            return {"outcome": "AwaitingRegistration", "key": key}
    if len(new) < max(NEEDED, 1):
        return {"outcome": "TooFewLabels", "found": len(new), "needed": max(NEEDED, 1)}
    if made >= A_DAY:
        return {"outcome": "EnoughToday", "made": made}
    lines = []
    for text_hash in new:
        label, _ = objects.read_json(f"labels/{text_hash}.json")
        row = {"text": label["text"], "label": label["label"], "origin": label["origin"], "human": True}
        lines.append(json.dumps(row, ensure_ascii=False) + "\n")
    key = f"incoming/human-labels/{content_name('human-labels', newest['id'] if newest else '', chr(10).join(new))}.jsonl"
    if not objects.write(key, "".join(lines).encode()):
        return {"outcome": "RejectedBefore", "key": key}
    return {"outcome": "Prepared", "key": key, "labels": len(new)}
