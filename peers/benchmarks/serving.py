"""Answering with the six-layer BERT: one text of 64 tokens, 32 such texts, and the start.

Ours is an endpoint asked over HTTP: its figures hold the request, the tokens and the answer's JSON. The peers
compute in their own process from texts to probabilities.
"""

import http.client
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

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
    settings = {"SAGEMAKER_BASE_DIR": str(folder), "SAGEMAKER_BIND_TO_PORT": "0"}
    started = time.time()
    process = subprocess.Popen(
        [_measure.CLASSIFIER, "serve"],
        env={**os.environ, **_measure.THREAD_SETTINGS, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    line = next(line for line in process.stdout if "listening on " in line)
    ready = time.time() - started
    connection = http.client.HTTPConnection(line.split("listening on ")[1].split()[0])

    def ask(some):
        body = "".join(json.dumps({"features": [text]}) + "\n" for text in some)
        headers = {"content-type": "application/jsonlines"}
        connection.request("POST", "/invocations", body.encode(), headers)
        answer = connection.getresponse().read()
        assert answer.count(b"predicted_label") == len(some), answer

    try:
        return {"ready": ready, **measured(ask, started)}
    finally:
        process.terminate()
        process.communicate(timeout=60)


def peer(folder, name):
    finished = _measure.run_python("_peer_serving.py", folder, name, str(time.time()))
    return {key: finished[key] for key in ["start", "p50", "p99", "texts_per_second"]}


def rows():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        make_model(folder)
        figures = _measure.alternate(
            {
                "classifier": lambda: ours(folder),
                "ONNX Runtime": lambda: peer(folder, "onnxruntime"),
                "PyTorch": lambda: peer(folder, "torch"),
            }
        )
    own, table = figures["classifier"], []
    for name in ["ONNX Runtime", "PyTorch"]:
        theirs = figures[name]
        aim = {"at_most": 1.0} if name == "ONNX Runtime" else {}
        for percentile in ["p50", "p99"]:
            what = f"one text of {TOKENS} tokens, {percentile}"
            table.append(_measure.row(what, "ms", own[percentile], name, theirs[percentile], **aim))
        aim = {"at_least": 1.0} if name == "ONNX Runtime" else {}
        speeds = own["texts_per_second"], name, theirs["texts_per_second"]
        table.append(_measure.row(f"{TEXTS} texts of {TOKENS} tokens", "texts/s", *speeds, **aim))
    start = figures["PyTorch"]["start"]
    table.append(
        _measure.row("start to first answer", "s", own["start"], "transformers", start, at_most=0.1)
    )
    return table + [_measure.row("start to ready", "s", own["ready"], "the aim", 0.3, at_most=1.0)]
