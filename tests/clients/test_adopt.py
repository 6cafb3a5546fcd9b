"""infra/adopt, with a program in the place of the AWS CLI that notes its calls."""

import json
import os
import subprocess

import pytest

from conftest import ROOT

STUB = """#!/usr/bin/env python3
import json, os, sys
arguments = sys.argv[1:]
with open(os.environ["CALLS"], "a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
there = os.environ["THERE"].split()
if "describe-stacks" in arguments:
    if not {"stack", "review"} & set(there):
        sys.exit(254)
    print("REVIEW_IN_PROGRESS" if "review" in there else "CREATE_COMPLETE")
if "head-bucket" in arguments and "denied" in there:
    sys.exit("An error occurred (403) when calling the HeadBucket operation: Forbidden")
if "head-bucket" in arguments and "bucket" not in there:
    sys.exit("An error occurred (404) when calling the HeadBucket operation: Not Found")
if "get-caller-identity" in arguments:
    print("123456789012")
if arguments[:2] == ["configure", "get"]:
    sys.exit(1)
"""


@pytest.fixture
def adopt(tmp_path):
    stub = tmp_path / "aws"
    stub.write_text(STUB)
    stub.chmod(0o755)
    calls = tmp_path / "calls"

    def run(there, region="eu-central-1"):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment |= {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(calls), "THERE": there}
        environment |= {"AWS_REGION": region} if region else {}
        command = [ROOT / "infra/adopt", "--stack", "mine"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        lines = calls.read_text().splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return done, [json.loads(line) for line in lines]

    return run


def test_a_kept_bucket_is_imported_into_a_stack_of_its_own(adopt):
    done, calls = adopt("bucket")
    assert done.returncode == 0, done.stderr
    create = next(call for call in calls if "create-change-set" in call)
    assert create[create.index("--change-set-type") + 1] == "IMPORT"
    assert all(call[:2] == ["--region", "eu-central-1"] for call in calls)
    name = "mine-123456789012-eu-central-1"
    (bucket,) = json.loads(create[create.index("--template-body") + 1])["Resources"].values()
    assert bucket["Properties"] == {"BucketName": name}
    # An import is refused without one.
    assert bucket["DeletionPolicy"] == "RetainExceptOnCreate"
    (imported,) = json.loads(create[create.index("--resources-to-import") + 1])
    assert imported["ResourceIdentifier"] == {"BucketName": name}
    assert "stack-import-complete" in calls[-1]


@pytest.mark.parametrize("there", ["stack bucket", ""], ids=["a stack", "no bucket"])
def test_nothing_is_changed_where_the_stack_is_there_or_the_bucket_is_not(adopt, there):
    done, calls = adopt(there)
    assert done.returncode == 0, done.stderr
    assert not any("change-set" in argument for call in calls for argument in call)


def test_without_a_region_it_says_so(adopt):
    done, _ = adopt("bucket", region=None)
    assert done.returncode == 1
    assert "no region is configured" in done.stderr


def test_an_import_that_was_interrupted_is_made_anew(adopt):
    done, calls = adopt("review bucket")
    assert done.returncode == 0, done.stderr
    made = [call[3] for call in calls if "change-set" in call[3]]
    assert made[:2] == ["delete-change-set", "create-change-set"]


def test_a_bucket_that_may_not_be_looked_at_is_not_taken_for_none(adopt):
    done, calls = adopt("denied")
    assert done.returncode == 1 and "Forbidden" in done.stderr
    assert not any("create-change-set" in call for call in calls)
