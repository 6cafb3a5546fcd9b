"""What every check has: the built program, and folders to run it in."""

import os
import pathlib
import subprocess

import pytest

from serving import Served

CLASSIFIER = pathlib.Path(os.environ["CLASSIFIER"])


@pytest.fixture
def classifier(tmp_path):
    """Runs one command under the container contract, in this test's folder unless told another."""

    def run(command, *arguments, base=tmp_path, **environment):
        finished = subprocess.run(
            [CLASSIFIER, command, *arguments],
            env={**os.environ, "SAGEMAKER_BASE_DIR": str(base), **environment},
            capture_output=True,
            text=True,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    return run


@pytest.fixture
def serve():
    """Starts an endpoint over a folder that holds `model/`; it stops with the test."""
    running = []

    def start(base, **environment):
        running.append(Served(CLASSIFIER, base, environment))
        return running[-1]

    yield start
    for served in running:
        served.stop()
