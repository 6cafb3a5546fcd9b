"""What eight and sixteen bits give the peers on this machine, beside ours in 32: reported, without an aim.

Ours has neither. Where these rows are far from one, it would be worth having.
"""

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
    # Few steps: where a processor has no bf16 of its own, PyTorch takes a minute for one. As of ours,
    # the second epoch counts.
    few = {"rows": training.BATCH, "bf16": True}
    return training.measured(training.full_texts, training.SETTINGS, few)


def rows():
    served, trained = int8(), bf16()
    tokens, texts = serving.TOKENS, serving.TEXTS
    rows = [
        (f"one text of {tokens} tokens, p50", "ms", served, "int8", "p50"),
        (f"{texts} texts of {tokens} tokens", "texts/s", served, "int8", "texts_per_second"),
        ("fine-tuning", "samples/s", trained, "torch", "samples_per_second"),
    ]
    peers = {"int8": "ONNX Runtime int8", "torch": "PyTorch bf16 autocast"}
    return [
        _measure.row(
            f"research: {what}, ours in f32", unit, found["ours"][key], peers[peer], found[peer][key]
        )
        for what, unit, found, peer, key in rows
    ]
