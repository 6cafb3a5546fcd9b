"""Classifies a batch, and asks people about predictions that are uncertain or drawn for audit."""

import base64
import concurrent.futures
import json
import os
import time

from _shared import Objects, client
from _names import fraction, human_loop, row_hash

objects, runtime, a2i = Objects(), client("sagemaker-runtime"), client("sagemaker-a2i-runtime")
ENDPOINT, FLOW, LABELS = os.environ["ENDPOINT_NAME"], os.environ["REVIEWERS"], os.environ["LABELS"].split(",")
THRESHOLD, CAP = float(os.environ["REVIEW_THRESHOLD"]), int(os.environ["REVIEW_DAILY_CAP"])
RATE, AUDIT = float(os.environ["REVIEW_RATE"]), float(os.environ["AUDIT_RATE"])
JSON_LINES = "application/jsonlines"
threads = concurrent.futures.ThreadPoolExecutor(16)


def handle(event):
    if "texts" in event:
        return predict(event["texts"])
    try:
        body = event["body"]
        texts = json.loads(base64.b64decode(body) if event["isBase64Encoded"] else body)["texts"]
        if not 1 <= len(texts) <= 500:
            raise ValueError(f"{len(texts)} texts in one call")
    except (ValueError, KeyError) as error:
        return answer(400, {"message": str(error)})
    return answer(200, predict(texts))


def answer(status, body):
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


def predict(texts):
    body = "".join(json.dumps({"features": [text]}) + "\n" for text in texts)
    answered = runtime.invoke_endpoint(EndpointName=ENDPOINT, ContentType=JSON_LINES, Accept=JSON_LINES, Body=body.encode())
    lines = [json.loads(line) for line in answered["Body"].read().splitlines() if line]
    if len(lines) != len(texts):
        raise RuntimeError(f"the endpoint answered {len(lines)} lines for {len(texts)} texts")
    plans = list(threads.map(plan, texts, lines))
    wanted = {found["textHash"] for found in plans if "textHash" in found}
    granted = set(sorted(wanted)[: reserve(len(wanted))])
    reviews = list(threads.map(lambda found: ask(found, granted), plans))
    return {
        "predictions": [
            {"label": line.get("predicted_label"), "confidence": line.get("probability"), "review": review}
            for line, review in zip(lines, reviews)
        ]
    }


def plan(text, line):
    """What is asked about a prediction, or why nothing is."""
    if "predicted_label" not in line:
        return {"status": "not_needed"}
    if fraction("audit", text) < AUDIT:
        origin = "audit"
    elif line["probability"] >= THRESHOLD:
        return {"status": "not_needed"}
    elif fraction("review", text) < RATE:
        origin = "uncertain"
    else:
        return {"status": "over_budget"}
    name = row_hash(text)
    if objects.exists(f"labels/{name}.json"):
        return {"status": "already_labelled"}
    if (record := objects.read_json(f"state/human-loops/{name}.json")[0]) is not None:
        return {"status": "already_asked", "human_loop": record["human_loop"]}
    return {"taskObject": text, "initialValue": line["predicted_label"], "labels": LABELS, "origin": origin, "textHash": name}


def reserve(wanted):
    """Takes from the day's cap, by compare-and-set."""
    key = f"state/review-days/{time.strftime('%Y-%m-%d', time.gmtime())}.json"
    while wanted:
        day, tag = objects.read_json(key)
        asked = day["asked"] if day else 0
        granted = min(max(CAP - asked, 0), wanted)
        if not granted or objects.write(key, {"asked": asked + granted}, tag):
            return granted
    return 0


def ask(found, granted):
    if "textHash" not in found:
        return found
    if found["textHash"] not in granted:
        return {"status": "over_budget"}
    name = human_loop(found["textHash"], FLOW, 1)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    record = {"human_loop": name, "input": found, "attempts": 1, "repairs": 0, "stopped": False, "asked_at": now}
    if not objects.write(f"state/human-loops/{found['textHash']}.json", record):
        return {"status": "already_asked", "human_loop": name}
    content = {"InputContent": json.dumps(found)}
    a2i.start_human_loop(HumanLoopName=name, FlowDefinitionArn=FLOW, HumanLoopInput=content)
    return {"status": "started", "human_loop": name}
