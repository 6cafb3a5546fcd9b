"""ngrams.safetensors beside scikit-learn's tf-idf and logistic regression: the same n-grams, weights and answers."""

import json
import random

import pytest
from safetensors import safe_open
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

WORDS = {
    "1": "love lovely soft perfect café it's warm".split(),
    "0": "plain fine ok usual 34b".split(),
    "-1": "awful tore cheap returned itchy".split(),
}
COMMON = "the dress is in size and colour".split()
# Words that no training text has, the empty text, and letters beyond ASCII matter.
TEXTS = ["LOVE this dress!", "it’s warm", "it tore, and itchy", "unheard of", "café—it's plain", "...", "soft soft soft awful"]


def rows():
    draw = random.Random(3)
    for label in draw.choices(["1", "1", "1", "0", "-1"], k=400):
        words = draw.choices(COMMON, k=6) + draw.choices(WORDS[label], k=2) + draw.choices(sum(WORDS.values(), []), k=1)
        draw.shuffle(words)
        yield {"review_body": ", ".join(words), "sentiment": label}


@pytest.mark.parametrize(("c", "balance"), [(1.0, True), (8.0, False)])
def test_scikit_learn_fits_the_same(tmp_path, classifier, serve, c, balance):
    train = list(rows())
    for channel in ["train", "validation"]:
        folder = tmp_path / "input/data" / channel
        folder.mkdir(parents=True)
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in train))
    (tmp_path / "input/config").mkdir()
    settings = {"algorithm": "ngrams", "word_ngrams": "2", "c": str(c), "balance": str(balance).lower()}
    (tmp_path / "input/config/hyperparameters.json").write_text(json.dumps(settings))
    classifier("train")
    # Without the temperature, which scikit-learn does not fit.
    (tmp_path / "model/calibration.json").unlink()

    vectorizer = TfidfVectorizer(
        preprocessor=lambda text: text.lower().replace("’", "'"),
        token_pattern=r"(?:[^\W_]|')+", ngram_range=(1, 2), min_df=2, sublinear_tf=True
    )
    values = vectorizer.fit_transform(row["review_body"] for row in train)
    model = LogisticRegression(C=c, class_weight="balanced" if balance else None, max_iter=10_000, tol=1e-8)
    model.fit(values, [row["sentiment"] for row in train])

    with safe_open(str(tmp_path / "model/ngrams.safetensors"), "np") as file:
        assert json.loads(file.metadata()["model"])["ngrams"] == sorted(vectorizer.get_feature_names_out())
        assert file.get_tensor("idf") == pytest.approx(vectorizer.idf_, rel=1e-6)
    expected = [
        dict(zip(model.classes_, probabilities))
        for probabilities in model.predict_proba(vectorizer.transform(TEXTS))
    ]
    for text, ours, theirs in zip(TEXTS, serve(tmp_path).probabilities(TEXTS), expected, strict=True):
        assert ours == pytest.approx(theirs, abs=2e-3), text
