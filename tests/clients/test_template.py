"""AWS's own tools on the template: what can be checked without an account."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOOLS = Path(sys.executable).parent


def run(*command, cwd):
    environment = dict(os.environ, SAM_CLI_TELEMETRY="0", PATH=f"{TOOLS}:{os.environ['PATH']}")
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_cfn_lint_finds_nothing(root):
    assert run("cfn-lint", "template.yaml", cwd=root / "infra") == ""


def test_sam_finds_the_template_valid(root):
    assert "The template is valid" in run("infra/deploy", "--check", cwd=root)


def test_every_value_of_a_parameter_reaches_sam_as_it_was_given(root, tmp_path):
    from samcli.cli.types import CfnParameterOverridesType

    given = {
        "TextColumn": "Title,Review Text",
        "Labels": '["Credit reporting, repair","Debt"]',
        "LabelMapping": 'the "best" = 1',
        "RetrainingSchedule": "rate(2 hours)",
        "CategoryColumn": "",
    }
    stubs = {
        "aws": """case "$*" in *get-account-settings*) echo 10 ;; *) echo 123456789012 ;; esac""",
        "sam": f"""[ "$1" != deploy ] || printf '%s\\0' "$@" > {tmp_path}/deploy""",
        "docker": "",
        "cargo-lambda": "",
        "git": "echo 0123456789ab",
    }
    for name, script in stubs.items():
        (tmp_path / name).write_text(f"#!/usr/bin/env bash\n{script}\n")
        (tmp_path / name).chmod(0o755)
    environment = dict(os.environ, PATH=f"{tmp_path}:{os.environ['PATH']}", AWS_REGION="eu-central-1")
    command = [root / "infra/deploy", "--stack", "mine", *(f"{name}={value}" for name, value in given.items())]
    subprocess.run(command, env=environment, check=True, capture_output=True)

    arguments = (tmp_path / "deploy").read_text().split("\0")[:-1]
    overrides = arguments[arguments.index("--parameter-overrides") + 1 :]
    parameters = CfnParameterOverridesType().convert(overrides, None, None)
    image = parameters.pop("ClassifierImageUri")
    assert image == "123456789012.dkr.ecr.eu-central-1.amazonaws.com/reviewloop-classifier:0123456789ab"
    # An account with few executions keeps none of them for register-dataset.
    assert parameters == given | {"RegisterConcurrency": "0"}


def test_the_embedded_files_are_the_files(root, tmp_path):
    shutil.copytree(root / "infra", tmp_path / "infra", ignore=shutil.ignore_patterns("cdk", ".aws-sam"))
    shutil.copytree(root / "templates", tmp_path / "templates")
    run("infra/embed", cwd=tmp_path)
    assert (tmp_path / "infra/template.yaml").read_text() == (root / "infra/template.yaml").read_text()


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed, so the CDK app is not synthesised")
def test_the_cdk_app_includes_the_template_whole(root, target):
    app = target / "cdk" / "infra" / "cdk"
    app.mkdir(parents=True, exist_ok=True)
    for file in ["package.json", "package-lock.json", "tsconfig.json", "app.ts"]:
        shutil.copy(root / "infra/cdk" / file, app / file)
    shutil.copy(root / "infra/template.yaml", app.parent / "template.yaml")
    installed = app / "node_modules" / ".package-lock.json"
    lock = app / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < (root / "infra/cdk/package-lock.json").stat().st_mtime:
        run("npm", "ci", "--no-audit", "--no-fund", cwd=app)
    assert lock.exists()
    run("npm", "run", "synth", cwd=app)
    synthesised = json.loads((app / "cdk.out" / "reviewloop.template.json").read_text())
    functions = [
        resource
        for resource in synthesised["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
    folders = [path.parent.name for path in sorted((root / "functions").glob("*/Cargo.toml"))]
    assert sorted(function["Properties"]["CodeUri"] for function in functions) == [
        f"../functions/{name}/" for name in folders
    ]
    body = synthesised["Resources"]["Pipeline"]["Properties"]["PipelineDefinition"]["PipelineDefinitionBody"]
    assert json.dumps(body).count("Steps") > 0
