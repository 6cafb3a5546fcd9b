"""See `discordance`."""

import csv
import hashlib
import http.client
import json
import os
import pathlib
import socket
import subprocess
import tempfile
import time

REVIEWS = pathlib.Path(os.environ["REVIEWS"])
LABELS = {"1": "-1", "2": "-1", "3": "0", "4": "1", "5": "1"}
CLASSIFIER = os.environ["CLASSIFIER"]


def reviews():
    """Each text once."""
    with REVIEWS.open(newline="", encoding="utf-8") as file:
        read = [row for row in csv.DictReader(file) if row["Review Text"].strip()]
    rows = [{"text": row["Review Text"], "label": LABELS[row["Rating"]]} for row in read]
    return list({row["text"]: row for row in rows}.values())


def fraction(purpose, text):
    digest = hashlib.sha256(f"{purpose} {text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def train(folder, rows, seed):
    for part, of_part in [("train", rows[len(rows) // 20 :]), ("validation", rows[: len(rows) // 20])]:
        path = folder / "input/data" / part
        path.mkdir(parents=True)
        lines = [json.dumps({"review_body": row["text"], "sentiment": row["label"]}) for row in of_part]
        (path / "rows.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "input/config").mkdir()
    settings = {"mode": "supervised", "epochs": "5", "learning_rate": "0.3", "word_ngrams": "2", "seed": str(seed)}
    (folder / "input/config/hyperparameters.json").write_text(json.dumps(settings))
    subprocess.run(
        [CLASSIFIER, "train"], env={**os.environ, "SAGEMAKER_BASE_DIR": str(folder)}, check=True, capture_output=True
    )


def answers(folder, rows):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SAGEMAKER_BASE_DIR": str(folder), "SAGEMAKER_BIND_TO_PORT": str(port)}
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([CLASSIFIER, "serve"], env=environment, **silent)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(300):
            try:
                connection.request("GET", "/ping")
                connection.getresponse().read()
                break
            except OSError:
                connection.close()
                time.sleep(0.1)
        labels = []
        for start in range(0, len(rows), 500):
            body = "".join(json.dumps({"features": [row["text"]]}) + "\n" for row in rows[start : start + 500])
            connection.request("POST", "/invocations", body.encode(), {"content-type": "application/jsonlines"})
            lines = connection.getresponse().read().decode().splitlines()
            labels += [json.loads(line)["predicted_label"] for line in lines]
        return labels
    finally:
        process.terminate()
        process.wait(60)


def model(rows, seed, test):
    with tempfile.TemporaryDirectory() as folder:
        train(pathlib.Path(folder), rows, seed)
        return answers(pathlib.Path(folder), test)


def compared(champion, challenger, test):
    right = [
        [str(answer) == row["label"] for answer, row in zip(of, test, strict=True)] for of in [champion, challenger]
    ]
    differs = [int(new) - int(old) for old, new in zip(*right, strict=True)]
    by_class = [[d for d, row in zip(differs, test, strict=True) if row["label"] == label] for label in ["-1", "0", "1"]]
    of_class = [sum(map(abs, d)) / len(d) for d in by_class]
    return sum(map(abs, differs)) / len(differs), sum(of_class) / 3, sum(differs) / len(differs)


rows = sorted(reviews(), key=lambda row: fraction("split", row["text"]))
test, rest = rows[: len(rows) // 5], rows[len(rows) // 5 :]
half = len(rest) // 2
pairs = {
    "the same rows, another seed": (rest, rest, 2),
    "a tenth more rows": (rest[: len(rest) * 10 // 11], rest, 1),
    "twice the rows": (rest[:half], rest, 1),
    "other rows, as many": (rest[:half], rest[half:], 1),
}
print(f"fastText, {len(test)} rows held out\n")
print("| challenger | differ | differ, mean of classes | accuracy, challenger minus champion |")
print("|---|---|---|---|")
for name, (old, new, seed) in pairs.items():
    differ, balanced, gain = compared(model(old, 1, test), model(new, seed, test), test)
    print(f"| {name} | {differ:.3f} | {balanced:.3f} | {gain:+.3f} |", flush=True)
