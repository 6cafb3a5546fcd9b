"""The peers of `serving`: arguments are the folder, the peer's name and when this process was started."""

import json
import pathlib
import sys

from transformers import AutoTokenizer

import _measure
from serving import measured

folder, name, started = pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
tokenizer = AutoTokenizer.from_pretrained(folder / "model")


def with_onnxruntime(file):
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _measure.THREADS
    session = onnxruntime.InferenceSession(folder / file, options)

    def ask(texts):
        encoded = tokenizer(texts, padding=True, truncation=True, max_length=512, return_tensors="np")
        inputs = {key: encoded[key] for key in ["input_ids", "attention_mask"]}
        logits = session.run(["logits"], inputs)[0]
        powers = numpy.exp(logits - logits.max(1, keepdims=True))
        return (powers / powers.sum(1, keepdims=True)).tolist()

    return ask


def with_torch():
    import torch
    from transformers import AutoModelForSequenceClassification

    torch.set_num_threads(_measure.THREADS)
    model = AutoModelForSequenceClassification.from_pretrained(folder / "model").eval()

    def ask(texts):
        encoded = tokenizer(texts, padding=True, truncation=True, max_length=512, return_tensors="pt")
        with torch.inference_mode():
            return torch.softmax(model(**encoded).logits, 1).tolist()

    return ask


asks = {
    "onnxruntime": lambda: with_onnxruntime("model.onnx"),
    "onnxruntime-int8": lambda: with_onnxruntime("model.int8.onnx"),
    "torch": with_torch,
}
figures = measured(asks[name](), started)
print(json.dumps({**figures, "memory": _measure.peak_memory()}))
