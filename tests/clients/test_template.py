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


def test_the_embedded_files_are_the_files(root, tmp_path):
    shutil.copytree(root / "infra", tmp_path / "infra", ignore=shutil.ignore_patterns("cdk", ".aws-sam"))
    shutil.copytree(root / "templates", tmp_path / "templates")
    run("infra/embed", cwd=tmp_path)
    assert (tmp_path / "infra/template.yaml").read_text() == (root / "infra/template.yaml").read_text()


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed, so the CDK construct is not tested")
def test_the_cdk_construct_passes_its_tests_and_its_example_lints(root, target):
    package = target / "cdk" / "infra" / "cdk"
    package.mkdir(parents=True, exist_ok=True)
    for folder in ["src", "example", "test", "build"]:
        shutil.rmtree(package / folder, ignore_errors=True)
    made = shutil.ignore_patterns("node_modules", "build", "cdk.out")
    shutil.copytree(root / "infra/cdk", package, ignore=made, dirs_exist_ok=True)
    shutil.copy(root / "infra/template.yaml", package.parent / "template.yaml")
    lock = (package / "package-lock.json").read_bytes()
    installed = package / "node_modules" / "installed-lock.json"
    if not installed.exists() or installed.read_bytes() != lock:
        run("npm", "ci", "--no-audit", "--no-fund", cwd=package)
        installed.write_bytes(lock)
    run("npm", "test", cwd=package)
    run("node", "build/example/app.js", cwd=package)
    assert run("cfn-lint", "cdk.out/reviewloop.template.json", cwd=package) == ""
    [packed] = json.loads(run("npm", "pack", "--dry-run", "--ignore-scripts", "--json", cwd=package))
    published = {file["path"] for file in packed["files"]}
    assert {"README.md", "template.json", "build/src/index.js", "build/src/index.d.ts", "build/src/parameters.d.ts"} <= published
    assert not [path for path in published if path.startswith(("build/test", "build/example", "node_modules"))]
