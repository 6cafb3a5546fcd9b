"""What eight and sixteen bits give the peers on this machine, beside ours in 32: reported, without an aim.

Ours has neither. Where these rows are far from one, it would be worth having.
"""

import json
import pathlib
import tempfile

import _measure
import serving
import training


def int8():
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        serving.make_model(folder)
        quantize_dynamic(folder / "model.onnx", folder / "model.int8.onnx", weight_type=QuantType.QInt8)
        return _measure.alternate(
            {
                "ours": lambda: serving.ours(folder),
                "int8": lambda: serving.peer(folder, "onnxruntime-int8"),
            }
        )


def bf16():
    # Few steps: where a processor has no bf16 of its own, PyTorch takes a minute for one.
    few = {"epochs": 1, "rows": 2 * training.BATCH, "bf16": True}
    settings = json.dumps(training.SETTINGS | few)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        training.lay_out(folder)
        return _measure.alternate(
            {
                "ours": lambda: training.ours(folder),
                "bf16": lambda: _measure.run_python("_torch_training.py", folder, settings),
            }
        )


def rows():
    served, trained = int8(), bf16()
    ort, torch = "ONNX Runtime int8", "PyTorch bf16 autocast"
    tokens, texts = serving.TOKENS, serving.TEXTS
    speed = "samples_per_second"
    return [
        _measure.row(
            f"research: one text of {tokens} tokens, p50, ours in f32",
            "ms",
            served["ours"]["p50"],
            ort,
            served["int8"]["p50"],
        ),
        _measure.row(
            f"research: {texts} texts of {tokens} tokens, ours in f32",
            "texts/s",
            served["ours"]["texts_per_second"],
            ort,
            served["int8"]["texts_per_second"],
        ),
        _measure.row(
            "research: fine-tuning, ours in f32",
            "samples/s",
            trained["ours"][speed],
            torch,
            trained["bf16"][speed],
        ),
    ]
