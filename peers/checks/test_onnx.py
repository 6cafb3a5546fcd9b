"""The same model under ONNX Runtime gives the same answers."""

import numpy
import onnxruntime
import torch

from exported import export
from folders import LABELS, TEXTS, minilm, temperature, tokenizer
from test_models import training_job


def test_onnx_runtime_answers_as_the_endpoint_does(tmp_path, classifier, serve):
    training_job(tmp_path, minilm(), learning_rate="5e-5", max_seq_length="64")
    classifier("train")
    export(tmp_path / "model", tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    encode = tokenizer(tmp_path / "model")
    for text, found in zip(TEXTS, serve(tmp_path).probabilities(TEXTS), strict=True):
        encoded = dict(encode(text, truncation=True, return_tensors="np"))
        logits = session.run(["logits"], encoded)[0]
        expected = torch.softmax(torch.tensor(logits[0]) / temperature(tmp_path / "model"), 0).numpy()
        assert numpy.allclose([found[label] for label in LABELS], expected, atol=1e-4), text
