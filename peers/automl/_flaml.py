"""`FOLDER SECONDS`: FLAML on tf-idf, which it does not make by itself; prints JSON."""

import json
import pathlib
import sys

import numpy
from flaml import AutoML
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import balanced_accuracy_score


def part(folder, name):
    rows = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
    # Labels from 0, as its learners want them.
    return [row["joined"] for row in rows], [int(row["label"]) + 1 for row in rows]


folder, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
(texts, labels), (test_texts, test_labels) = part(folder, "train"), part(folder, "test")
vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
vectors = vectorizer.fit_transform(texts)
automl = AutoML()
automl.fit(
    vectors,
    numpy.array(labels),
    task="classification",
    # The classes are balanced, so this is balanced accuracy.
    metric="accuracy",
    time_budget=seconds,
    estimator_list=["lgbm", "rf", "extra_tree", "lrl1"],
    n_jobs=2,
    seed=1,
    verbose=0,
)
predicted = automl.predict(vectorizer.transform(test_texts))
score = balanced_accuracy_score(test_labels, predicted)
print(json.dumps({"balanced_accuracy": round(score, 4), "best": automl.best_estimator}))
