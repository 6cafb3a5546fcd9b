"""Answering with the six-layer BERT: one text of 64 tokens, 32 such texts, and the start.

Ours is an endpoint asked over HTTP: its figures hold the request, the tokens and the answer's JSON. The peers
compute in their own process from texts to probabilities.
"""

import os
import pathlib
import sys
import tempfile
import time

import _endpoint
import _measure

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "checks"))

TOKENS = 64
ONE, MANY, TEXTS = 200, 10, 32


def texts():
    words = "dress fits like a glove and the fabric is soft but it runs small for me so i sent it back".split()
    turned = [words[n:] + words[:n] for n in range(len(words))]
    return [" ".join((turned[n % len(words)] * 4)[: TOKENS - 2]) for n in range(TEXTS)]


def make_model(folder):
    import torch
    from exported import export
    from folders import label_maps
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    torch.manual_seed(1)
    model = AutoModelForSequenceClassification.from_pretrained(_measure.MINILM, **label_maps())
    model.save_pretrained(folder / "model")
    tokenizer = AutoTokenizer.from_pretrained(_measure.MINILM)
    tokenizer.save_pretrained(folder / "model")
    assert all(len(tokenizer(text)["input_ids"]) == TOKENS for text in texts())
    export(folder / "model", folder / "model.onnx")


def measured(ask, started):
    """`ask` answers some texts; `started` is when the process was, by `time.time()`."""
    ask(texts()[:1])
    figures = {"start": time.time() - started}
    for _ in range(10):
        ask(texts()[:1])
    times = []
    for n in range(ONE):
        text = texts()[n % TEXTS]
        before = time.perf_counter()
        ask([text])
        times.append((time.perf_counter() - before) * 1000)
    times.sort()
    figures |= {"p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100]}
    rates = []
    for _ in range(MANY):
        before = time.perf_counter()
        ask(texts())
        rates.append(TEXTS / (time.perf_counter() - before))
    rates.sort()
    return figures | {"texts_per_second": rates[len(rates) // 2]}


def ours(folder):
    with _endpoint.server(folder) as (process, started, ready, ask):
        figures = {"ready": ready - started, **measured(ask, started)}
        return figures | {"memory": _measure.peak_memory(process.pid)}


def ours_from_disk(folder):
    """As in a new container: neither the program nor the model is in the page cache."""
    os.sync()
    for path in [pathlib.Path(_measure.CLASSIFIER), *(folder / "model").iterdir()]:
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with _endpoint.server(folder) as (_, started, _, ask):
        ask(texts()[:1])
        return {"start": time.time() - started}


def peer(folder, name):
    finished = _measure.run_python("_peer_serving.py", folder, name, str(time.time()))
    return {key: finished[key] for key in ["start", "p50", "p99", "texts_per_second", "memory"]}


def rows():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        make_model(folder)
        figures = _measure.alternate(
            {
                "classifier": lambda: ours(folder),
                "from disk": lambda: ours_from_disk(folder),
                "ONNX Runtime": lambda: peer(folder, "onnxruntime"),
                "PyTorch": lambda: peer(folder, "torch"),
            }
        )
    own = figures["classifier"]
    table = [
        _measure.row(what, unit, own[key], name, figures[name][key])
        for name in ["ONNX Runtime", "PyTorch"]
        for what, unit, key in [
            (f"one text of {TOKENS} tokens, p50", "ms", "p50"),
            (f"one text of {TOKENS} tokens, p99", "ms", "p99"),
            (f"{TEXTS} texts of {TOKENS} tokens", "texts/s", "texts_per_second"),
            ("memory of answering", "MB", "memory"),
        ]
    ]
    first = "start to first answer"
    return [
        *table,
        _measure.row(first, "s", own["start"], "transformers", figures["PyTorch"]["start"]),
        _measure.row(f"{first}, its files read from disk", "s", figures["from disk"]["start"]),
        _measure.row("start to ready", "s", own["ready"]),
        _measure.row("peak memory of serving", "MB", own["memory"]),
    ]
