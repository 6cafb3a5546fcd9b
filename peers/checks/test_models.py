"""Models written by transformers give the same answers here."""

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from folders import LABELS, TEXTS, label_maps, logits, minilm


def assert_same_probabilities(served, expected):
    expected = torch.log_softmax(expected, 1)
    for text, found, row in zip(TEXTS, served.probabilities(TEXTS), expected, strict=True):
        found = torch.tensor([found[label] for label in LABELS]).log()
        assert torch.allclose(found, row, atol=1e-4), (text, found, row)


def test_a_real_pretrained_bert_with_a_head_from_transformers(tmp_path, serve):
    torch.manual_seed(1)
    folder = tmp_path / "model"
    model = AutoModelForSequenceClassification.from_pretrained(minilm(), **label_maps())
    torch.nn.init.normal_(model.classifier.weight)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(minilm()).save_pretrained(folder)
    assert_same_probabilities(serve(tmp_path), logits(folder, TEXTS, max_length=512))
