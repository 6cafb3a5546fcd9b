"""Turns a finished human loop into one label, by majority: it asks no other reviewer and judges none."""

import collections
import os
import time

from _shared import BUCKET, Objects, client
from _names import row_hash

objects, a2i = Objects(), client("sagemaker-a2i-runtime")
FLOW, LABELS = os.environ["REVIEWERS"], os.environ["LABELS"].split(",")


def handle(event):
    name = event["detail"]["humanLoopName"]
    if event["detail"]["flowDefinitionArn"] != FLOW:
        return {"outcome": "NotOurs"}
    described = a2i.describe_human_loop(HumanLoopName=name)
    if described["HumanLoopStatus"] != "Completed":
        return {"outcome": "StillOpen"}
    output, _ = objects.read_json(described["HumanLoopOutput"]["OutputS3Uri"].removeprefix(f"s3://{BUCKET}/"))
    asked = output["inputContent"]
    text_hash = row_hash(asked["taskObject"])
    answers = [answer["answerContent"].get("sentiment", {}).get("label") for answer in output["humanAnswers"]]
    votes = collections.Counter(label for label in answers if label in LABELS).most_common(2)
    if not votes or len(votes) == 2 and votes[0][1] == votes[1][1]:
        return {"outcome": "Superseded"}
    label = votes[0][0]
    # What the reviewers were not shown.
    record = objects.read_json(f"state/human-loops/{text_hash}.json")[0] or {}
    created = objects.write(
        f"labels/{text_hash}.json",
        {
            "text": asked["taskObject"],
            "label": label,
            "origin": asked["origin"],
            "predicted": record.get("predicted") or asked["initialValue"],
            "inclusion_probability": record.get("inclusion_probability"),
            "human_loop": name,
            "human_answers": [
                {"worker": answer["workerId"], "label": given}
                for answer, given in zip(output["humanAnswers"], answers, strict=True)
            ],
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        },
    )
    if not created:
        return {"outcome": "AlreadyLabelled", "text_hash": text_hash}
    return {"outcome": "Labelled", "text_hash": text_hash, "label": label}
