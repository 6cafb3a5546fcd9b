"""Models written by transformers give the same answers here, and the reverse."""

import json
import random
import shutil

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from folders import LABELS, TEXTS, label_maps, logits, minilm, random_checkpoint, temperature

FAMILIES = ["bert", "roberta", "distilbert"]


def assert_served_as_in_transformers(base, serve):
    _, rows = logits(base / "model", TEXTS)
    rows = torch.log_softmax(rows / temperature(base / "model"), 1)
    answers = serve(base).probabilities(TEXTS)
    for text, found, expected in zip(TEXTS, answers, rows, strict=True):
        found = torch.tensor([found[label] for label in LABELS]).log()
        assert torch.allclose(found, expected, atol=1e-4), (text, found, expected)


def training_job(base, pretrained=None, **hyperparameters):
    """A channel of a few rows in which one word gives the label away."""
    draw = random.Random(1)
    for channel, count in [("train", 24), ("validation", 6)]:
        folder = base / "input/data" / channel
        folder.mkdir(parents=True)
        with open(folder / "rows.jsonl", "w") as rows:
            for n in range(count):
                words = draw.choices("dress it fits like a glove the fabric is thin".split(), k=6)
                words.insert(3, ["awful", "plain", "lovely"][n % 3])
                row = {"review_body": " ".join(words) + f" {n}", "sentiment": LABELS[n % 3]}
                rows.write(json.dumps(row) + "\n")
    if pretrained:
        shutil.copytree(pretrained, base / "input/data/pretrained")
    settings = {"epochs": "1", "train_batch_size": "8", **hyperparameters}
    (base / "input/config").mkdir(parents=True)
    (base / "input/config/hyperparameters.json").write_text(json.dumps(settings))


def test_a_real_pretrained_bert_with_a_head_from_transformers(tmp_path, serve):
    torch.manual_seed(1)
    model = AutoModelForSequenceClassification.from_pretrained(minilm(), **label_maps())
    torch.nn.init.normal_(model.classifier.weight)
    model.save_pretrained(tmp_path / "model")
    AutoTokenizer.from_pretrained(minilm()).save_pretrained(tmp_path / "model")
    assert_served_as_in_transformers(tmp_path, serve)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_from_its_vocabulary_files(family, tmp_path, serve):
    random_checkpoint(family, tmp_path / "model")
    assert_served_as_in_transformers(tmp_path, serve)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_from_its_tokenizer_json_and_half_precision(family, tmp_path, serve):
    made = random_checkpoint(family, tmp_path / "made")
    AutoTokenizer.from_pretrained(made).save_pretrained(tmp_path / "model")
    model = AutoModelForSequenceClassification.from_pretrained(made, dtype=torch.bfloat16)
    model.save_pretrained(tmp_path / "model")
    assert_served_as_in_transformers(tmp_path, serve)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_fine_tuned_here_is_loaded_by_transformers(family, tmp_path, classifier, serve):
    pretrained = random_checkpoint(family, tmp_path / "made")
    training_job(tmp_path, pretrained, learning_rate="0.01", max_seq_length="40")
    classifier("train")
    _, before = logits(pretrained, TEXTS)
    _, after = logits(tmp_path / "model", TEXTS)
    assert not torch.allclose(before, after, atol=1e-2), "training changed nothing"
    assert_served_as_in_transformers(tmp_path, serve)


def test_a_real_pretrained_bert_fine_tuned_here(tmp_path, classifier, serve):
    training_job(tmp_path, minilm(), learning_rate="5e-5", max_seq_length="64")
    classifier("train")
    assert_served_as_in_transformers(tmp_path, serve)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_from_scratch(family, tmp_path, classifier, serve):
    sizes = {"vocab_size": "200", "hidden_size": "16", "num_attention_heads": "2"}
    training_job(tmp_path, model_type=family, **sizes)
    classifier("train")
    assert_served_as_in_transformers(tmp_path, serve)
