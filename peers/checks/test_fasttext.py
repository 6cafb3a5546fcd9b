"""model.bin, to and from the official fasttext package: the same predictions."""

import json

import fasttext
import pytest
from folders import evaluated
from test_features import lay_out

# Tokenised as fastText wants it; the unknown words, the empty text and the letters beyond ASCII matter.
TEXTS = [
    "love this dress !",
    "awful fabric , too small",
    "never seen before words",
    "élégant café , naïve fit",
    "",
    "love love love " * 40,
]
ROWS = [
    (label, f"{word} {noun} {n}")
    for n, (label, word, noun) in enumerate(
        [
            ("1", "love", "dress"),
            ("-1", "awful", "fabric"),
            ("0", "plain", "café"),
            ("1", "élégant", "fit"),
        ]
        * 40
    )
]
LINES = "".join(f"__label__{label} {text}\n" for label, text in ROWS)


# Version 0.9.3 sets only a tenth of its matrix per thread before it trains, and leaves the rest, down to
# the remainder, as memory happens to be: with small models that soon is no number.
STEADY = {"thread": 10, "dim": 20, "verbose": 0}


def official(model, text):
    # Below the Python wrapper, which does not work with numpy 2. It adds 1e-5 to each probability.
    return {label[9:]: p - 1e-5 for p, label in model.f.predict(text + "\n", -1, 0.0, "strict")}


def assert_same(found, expected, absolute=1e-4):
    for text, ours, theirs in zip(TEXTS, found, expected, strict=True):
        assert ours == pytest.approx(theirs, abs=absolute), text


def served(serve, base):
    """BERT's way of asking is fastText's too; an empty text is no row, so its end stands for it."""
    return serve(base).probabilities([text or "</s>" for text in TEXTS])


@pytest.mark.parametrize("ngrams", [(1, 0, 0), (2, 0, 0), (3, 2, 5)])
def test_official_models_answer_the_same_here(tmp_path, serve, ngrams):
    words, shortest, longest = ngrams
    (tmp_path / "train.txt").write_text(LINES)
    settings = {"wordNgrams": words, "minn": shortest, "maxn": longest, "bucket": 5000}
    for loss in ["softmax", "hs", "ns", "ova"]:
        base = tmp_path / loss
        (base / "model").mkdir(parents=True)
        model = fasttext.train_supervised(
            str(tmp_path / "train.txt"), loss=loss, **STEADY, **settings
        )
        model.save_model(str(base / "model/model.bin"))
        expected = [official(model, text) for text in TEXTS]
        assert_same(served(serve, base), expected)


def test_an_official_model_is_evaluated_as_blazing_text_leaves_it(tmp_path, classifier):
    """`model.bin` and nothing beside it: no card, no calibration."""
    lay_out(tmp_path)
    classifier("prepare")
    rows = [json.loads(line) for line in (tmp_path / "processing/output/train/part-00000.jsonl").open()]
    lines = [f"__label__{row['sentiment']} {row['review_body']}\n" for row in rows]
    (tmp_path / "train.txt").write_text("".join(lines))
    (tmp_path / "model").mkdir()
    model = fasttext.train_supervised(str(tmp_path / "train.txt"), **STEADY, minCount=1)
    model.save_model(str(tmp_path / "model/model.bin"))
    challenger = evaluated(tmp_path, classifier)["challenger"]
    test = [json.loads(line) for line in (tmp_path / "processing/output/test/part-00000.jsonl").open()]
    best = [max(answers, key=answers.get) for answers in (official(model, row["review_body"]) for row in test)]
    right = sum(answer == row["sentiment"] for answer, row in zip(best, test, strict=True))
    assert challenger["accuracy"] == pytest.approx(right / len(test), abs=1e-9)


@pytest.mark.parametrize("subwords", [(0, 0), (3, 6)])
def test_our_models_answer_the_same_there(tmp_path, classifier, serve, subwords):
    for channel in ["train", "validation"]:
        (tmp_path / "input/data" / channel).mkdir(parents=True)
        (tmp_path / "input/data" / channel / "rows").write_text(LINES)
    (tmp_path / "input/config").mkdir()
    settings = {
        "mode": "supervised",
        "epochs": "10",
        "learning_rate": "0.5",
        "vector_dim": "16",
        "word_ngrams": "2",
        "min_count": "1",
        "buckets": "5000",
        "min_char": str(subwords[0]),
        "max_char": str(subwords[1]),
        "words": "whitespace",
    }
    (tmp_path / "input/config/hyperparameters.json").write_text(json.dumps(settings))
    classifier("train")
    # The temperature is for serving; the model's own answers are compared.
    (tmp_path / "model/calibration.json").unlink(missing_ok=True)
    model = fasttext.load_model(str(tmp_path / "model/model.bin"))
    assert_same(served(serve, tmp_path), [official(model, text) for text in TEXTS])
    assert model.get_dimension() == 16 and sorted(model.labels) == [
        "__label__-1",
        "__label__0",
        "__label__1",
    ]


def test_quantised_models_are_refused_by_name(tmp_path, classifier):
    (tmp_path / "train.txt").write_text(LINES)
    (tmp_path / "model").mkdir()
    settings = {"wordNgrams": 2, "bucket": 1000}
    model = fasttext.train_supervised(str(tmp_path / "train.txt"), **STEADY, **settings)
    model.quantize()
    model.save_model(str(tmp_path / "model/model.bin"))
    with pytest.raises(AssertionError, match="quantised"):
        classifier("serve", SAGEMAKER_BIND_TO_PORT="0")
