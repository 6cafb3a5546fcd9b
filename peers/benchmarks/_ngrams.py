"""`FOLDER SETTINGS`: a logistic regression on the words and pairs of words of a job's rows; prints JSON.

Its regularisation is chosen by balanced accuracy on the validation rows; it is fitted on the training rows
alone, as the transformers are. Nothing is drawn, so the seed has no effect.
"""

import json
import pathlib
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score

STRENGTHS = [0.125, 0.25, 0.5, 1, 2, 4, 8, 16]


def channel(folder, part):
    lines = (folder / "input/data" / part / "rows.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    return [row["review_body"] for row in rows], [row["sentiment"] for row in rows]


def main():
    parts = {part: channel(pathlib.Path(sys.argv[1]), part) for part in ["train", "validation", "test"]}
    vectorizer = TfidfVectorizer(
        token_pattern=r"[a-z0-9']+", ngram_range=(1, 2), min_df=2, sublinear_tf=True
    )
    vectorizer.fit(parts["train"][0])
    vectors = {part: vectorizer.transform(texts) for part, (texts, _) in parts.items()}

    def fitted(strength):
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
        return model.fit(vectors["train"], parts["train"][1])

    def score(model, part):
        return balanced_accuracy_score(parts[part][1], model.predict(vectors[part]))

    best = max(map(fitted, STRENGTHS), key=lambda model: score(model, "validation"))
    accuracy = accuracy_score(parts["test"][1], best.predict(vectors["test"]))
    print(json.dumps({"accuracy": accuracy, "balanced_accuracy": score(best, "test"), "C": best.C}))


main()
