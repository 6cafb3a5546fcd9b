"""`FOLDER SECONDS`: AutoGluon's tabular predictor on title and text, of which it makes n-grams itself; prints JSON."""

import json
import pathlib
import sys

import pandas
from autogluon.tabular import TabularPredictor
from sklearn.metrics import balanced_accuracy_score

folder, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
parts = {name: pandas.read_json(folder / f"{name}.jsonl", lines=True, dtype=str) for name in ["train", "test"]}
columns = ["title", "text", "label"]
predictor = TabularPredictor(
    label="label", eval_metric="balanced_accuracy", path=str(folder / "autogluon"), verbosity=0
)
# Its default ends after a minute and a half; this preset bags and stacks for as long as it may.
predictor.fit(parts["train"][columns], time_limit=seconds, presets="best_quality", num_cpus=2)
predicted = predictor.predict(parts["test"][columns[:2]])
score = balanced_accuracy_score(parts["test"]["label"], predicted)
print(json.dumps({"balanced_accuracy": round(score, 4), "best": predictor.model_best}))
