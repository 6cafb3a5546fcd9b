"""The scores that the everyday tests compare with are still scikit-learn's; a temperature is served."""

import json
import pathlib

import pytest
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

import scores
from folders import LABELS, TEXTS, label_maps, logits, minilm

RECORDED = pathlib.Path(__file__).parents[2] / "crates/classifier/tests/data/scores.json"


def numbers(value):
    """All numbers of a document, in its order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for part in value for number in numbers(part)]
    return [value]


def test_what_was_recorded_is_what_scikit_learn_and_scipy_say():
    recorded, made = json.loads(RECORDED.read_text()), json.loads(json.dumps(scores.recorded()))
    assert recorded.keys() == made.keys()
    for name, expected in made.items():
        assert numbers(recorded[name]) == pytest.approx(numbers(expected), abs=1e-6), name


def test_a_temperature_beside_the_model_divides_the_logits(tmp_path, serve):
    torch.manual_seed(1)
    folder = tmp_path / "model"
    model = AutoModelForSequenceClassification.from_pretrained(minilm(), **label_maps())
    torch.nn.init.normal_(model.classifier.weight)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(minilm()).save_pretrained(folder)
    calibration = {
        "temperature": 1.7,
        "fitted_on": "validation",
        "rows": 1,
        "mean_cross_entropy_before": 1.0,
        "mean_cross_entropy_after": 1.0,
    }
    (folder / "calibration.json").write_text(json.dumps(calibration))
    expected = torch.softmax(logits(folder, TEXTS)[1] / 1.7, 1)
    for found, row in zip(serve(tmp_path).probabilities(TEXTS), expected, strict=True):
        found = torch.tensor([found[label] for label in LABELS])
        assert torch.allclose(found, row, atol=1e-5), (found, row)
