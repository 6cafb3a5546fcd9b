"""checkov on the template. It has an environment of its own, which `./test` makes."""

import json
import os
import subprocess
from pathlib import Path

import pytest

MOST_SUPPRESSED = 10


@pytest.fixture(scope="module")
def results(root, target):
    checkov = Path(os.environ.get("CHECKOV", target / "checkov/bin/checkov"))
    if not checkov.exists():
        pytest.skip("checkov is not installed: ./test makes its environment")
    # Without a key it uploads nothing; its list of policies, the one download left, is skipped.
    command = [checkov, "--framework", "cloudformation", "--skip-download", "--output", "json"]
    nowhere = {f"{scheme}_PROXY": "http://127.0.0.1:9" for scheme in ["HTTP", "HTTPS"]}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BC_", "CKV_"))}
    done = subprocess.run(
        [*command, "--file", root / "infra/template.yaml"], env=environment | nowhere, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)["results"]


def test_checkov_reads_the_template_and_finds_nothing(results):
    assert not results["parsing_errors"]
    assert len(results["passed_checks"]) > 90
    assert [f"{check['check_id']} {check['resource']}" for check in results["failed_checks"]] == []


def test_at_most_ten_findings_are_suppressed_each_with_its_reason(results):
    skipped = results["skipped_checks"]
    assert len(skipped) <= MOST_SUPPRESSED
    # checkov's own words where none are given.
    reasons = [check["check_result"]["suppress_comment"] for check in skipped]
    assert all(len(reason.split()) > 3 and "No comment" not in reason for reason in reasons), reasons
