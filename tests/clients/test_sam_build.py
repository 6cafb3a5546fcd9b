"""What `sam build` makes of the template, and the loop on it.

In SAM's debug mode, for this machine, and with cargo alone as the compiler (cargo-lambda's default is zig): cargo then takes
build scripts and macros from the target folder that ./test has filled. cargo-lambda always names a target, so the
rest is compiled once more. By hand, as it is deployed: (cd infra && sam build --template template.yaml).
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(sys.executable).parent
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]


@pytest.fixture(scope="module")
def build(root, target):
    """The folder that SAM wrote."""
    folder = target / "sam" / "build"
    environment = dict(
        os.environ,
        AWS_DEFAULT_REGION="us-east-1",
        CARGO_LAMBDA_COMPILER="cargo",
        PATH=f"{TOOLS}:{os.environ['PATH']}",
        SAM_BUILD_MODE="debug",
        SAM_CLI_TELEMETRY="0",
    )
    parameters = ["--parameter-overrides", f"Architecture={ARCHITECTURE}"]
    command = ["sam", "build", "--template", "infra/template.yaml", "--build-dir", folder, *parameters]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_loop_turns_twice_on_the_bootstraps_that_sam_built(target, build, tmp_path):
    command = [target / "debug/reviewloop", "demo", "--json", "--bin-dir", build, "--state", tmp_path / "state"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    turns = json.loads(done.stdout)["turns"]
    assert [turn["pipeline"]["status"] for turn in turns] == ["Succeeded", "Succeeded"]
    programs = tmp_path / "state/programs"
    assert (programs / "register-dataset").resolve() == build / "RegisterDataset/bootstrap"
