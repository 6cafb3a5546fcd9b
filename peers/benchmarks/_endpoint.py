"""The classifier's endpoint over a job's folder, asked over HTTP."""

import contextlib
import http.client
import json
import os
import subprocess
import time

import _measure


@contextlib.contextmanager
def server(folder):
    """Our endpoint: its process, when it was started, when it was ready, and a function that asks it over HTTP."""
    settings = {"SAGEMAKER_BASE_DIR": str(folder), "SAGEMAKER_BIND_TO_PORT": "0"}
    started = time.time()
    process = subprocess.Popen(
        [_measure.CLASSIFIER, "serve"],
        env={**os.environ, **_measure.THREAD_SETTINGS, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    line = next(line for line in process.stdout if "listening on " in line)
    ready = time.time()
    connection = http.client.HTTPConnection(line.split("listening on ")[1].split()[0])

    def ask(some):
        body = "".join(json.dumps({"features": [text]}) + "\n" for text in some)
        headers = {"content-type": "application/jsonlines"}
        connection.request("POST", "/invocations", body.encode(), headers)
        answer = connection.getresponse().read()
        assert answer.count(b"predicted_label") == len(some), answer

    try:
        yield process, started, ready, ask
    finally:
        process.terminate()
        process.communicate(timeout=60)
