"""`FOLDER SECONDS`: tf-idf of words and pairs with a logistic regression at its defaults; prints JSON."""

import json
import pathlib
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score


def part(folder, name):
    rows = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]
    return [row["joined"] for row in rows], [row["label"] for row in rows]


folder = pathlib.Path(sys.argv[1])
(texts, labels), (test_texts, test_labels) = part(folder, "train"), part(folder, "test")
vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
model = LogisticRegression(C=1, max_iter=2000).fit(vectorizer.fit_transform(texts), labels)
predicted = model.predict(vectorizer.transform(test_texts))
print(json.dumps({"balanced_accuracy": round(balanced_accuracy_score(test_labels, predicted), 4)}))
