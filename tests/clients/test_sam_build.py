"""What `sam build` makes of the template, and the loop on it.

In SAM's debug mode, for this machine, and with cargo alone as the compiler (cargo-lambda's default is zig): cargo then takes
what it can from the target folder that ./test has filled: cargo-lambda always names a target, so build scripts and
macros, and the rest too where that build named the same target, as .ci/run does. By hand, as it is deployed:
(cd infra && sam build --template template.yaml).
"""

import io
import json
import os
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOOLS = Path(sys.executable).parent
ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]


@pytest.fixture(scope="module")
def build(root, target):
    """The folder that SAM wrote."""
    folder = target / "sam" / "build"
    compiler = {"CARGO_LAMBDA_COMPILER": "cargo", "SAM_BUILD_MODE": "debug", "AWS_DEFAULT_REGION": "us-east-1"}
    parameters = ["--parameter-overrides", f"Architecture={ARCHITECTURE}"]
    sam("build", "--template", root / "infra/template.yaml", "--build-dir", folder, *parameters, **compiler)
    return folder


def sam(*arguments, **variables):
    environment = dict(os.environ, PATH=f"{TOOLS}:{os.environ['PATH']}", SAM_CLI_TELEMETRY="0", **variables)
    done = subprocess.run(["sam", *arguments], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_loop_turns_twice_on_the_bootstraps_that_sam_built(programs, build, tmp_path):
    command = [programs / "reviewloop", "demo", "--json", "--bin-dir", build, "--state", tmp_path / "state"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    turns = json.loads(done.stdout)["turns"]
    assert [turn["pipeline"]["status"] for turn in turns] == ["Succeeded", "Succeeded"]
    programs = tmp_path / "state/programs"
    assert (programs / "register-dataset").resolve() == build / "RegisterDataset/bootstrap"


def test_sam_packages_each_function_as_a_zip_with_its_bootstrap(aws, clients, bucket, build, tmp_path):
    packaged = ["--output-template-file", tmp_path / "packaged.yaml", "--s3-bucket", bucket, "--s3-prefix", "packaged"]
    sam("package", "--template-file", build / "template.yaml", *packaged, **aws.variables)
    uris = [line.split()[1] for line in (tmp_path / "packaged.yaml").read_text().splitlines() if "CodeUri: " in line]
    assert len(uris) == len([folder for folder in build.iterdir() if folder.is_dir()])
    for uri in uris:
        uploaded = clients["s3"].get_object(Bucket=bucket, Key=uri.removeprefix(f"s3://{bucket}/"))
        with zipfile.ZipFile(io.BytesIO(uploaded["Body"].read())) as archive:
            [bootstrap] = archive.infolist()
        assert bootstrap.filename == "bootstrap"
        # Lambda runs it as another user than its owner.
        assert (bootstrap.external_attr >> 16) & 0o555 == 0o555
