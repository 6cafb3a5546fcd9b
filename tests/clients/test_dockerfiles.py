"""The Dockerfiles: no Docker daemon is here to build them, so a linter reads them and the shell in them."""

import subprocess
import sys
from pathlib import Path

import pytest


def hadolint(*arguments, **options):
    command = [Path(sys.executable).with_name("hadolint"), "--no-color", *arguments]
    # Variables and files of a person's own change its rules.
    return subprocess.run(command, env={}, capture_output=True, text=True, **options)


@pytest.mark.parametrize("file", ["infra/image/Dockerfile", "infra/image/gpu/Dockerfile"])
def test_hadolint_finds_nothing(root, file):
    done = hadolint(root / file)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_hadolint_reads_instructions_and_shell():
    bad = "FROM debian:latest\nRUN test -n $1\n"
    done = hadolint("-", input=bad)
    assert done.returncode == 1 and {"DL3007", "SC2086"} <= set(done.stdout.split())
