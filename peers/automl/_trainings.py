"""The contenders of peers/automl/measure: each trains on rows within a budget and says its balanced accuracy on others."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import _clothing
import _measure

HERE = pathlib.Path(__file__).parent
SCRIPTS = {"flaml": "_flaml.py", "autogluon": "_autogluon.py", "floor": "_floor.py"}


def ours(folder, train, test, seconds):
    """A tenth of the training rows, by their content, validates."""
    ordered = sorted(train, key=lambda row: hashlib.sha256(row["text"].encode()).digest())
    validation = len(ordered) // 10
    for part, rows in {"train": ordered[validation:], "validation": ordered[:validation], "test": test}.items():
        path = folder / "input/data" / part
        path.mkdir(parents=True)
        lines = [json.dumps({"review_body": _clothing.joined(row), "sentiment": row["label"]}) for row in rows]
        (path / "rows.jsonl").write_text("\n".join(lines) + "\n")
    shutil.copytree(_measure.MINILM, folder / "input/data/pretrained")
    values = {"algorithm": "automl", "max_runtime_in_seconds": str(seconds)}
    (folder / "input/config").mkdir()
    (folder / "input/config/hyperparameters.json").write_text(json.dumps(values))
    output = _measure.run([_measure.CLASSIFIER, "train"], SAGEMAKER_BASE_DIR=str(folder))["output"]
    card = json.loads((folder / "model/training.json").read_text())
    weights = {one["name"]: one["weight"] for one in card["candidates"]}
    return {"balanced_accuracy": float(re.findall(r"\btest_balanced_accuracy: ([\d.]+)", output)[-1]), "weights": weights}


def of_script(contender, python):
    def train(folder, train, test, seconds):
        for part, rows in {"train": train, "test": test}.items():
            lines = [json.dumps({**row, "joined": _clothing.joined(row)}) for row in rows]
            (folder / f"{part}.jsonl").write_text("\n".join(lines) + "\n")
        environment = {**os.environ, **_measure.THREAD_SETTINGS}
        command = [python, HERE / SCRIPTS[contender], folder, str(seconds)]
        finished = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(finished.stdout.splitlines()[-1])

    return train


ALL = {
    "floor": of_script("floor", sys.executable),
    "ours": ours,
    "flaml": of_script("flaml", os.environ["AUTOML_PEERS"]),
    "autogluon": of_script("autogluon", os.environ["AUTOML_PEERS"]),
}
