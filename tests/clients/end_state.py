"""What a loop has led to, without what is a time or a random name, and the first difference of two such states."""

import json
import os
import re
import subprocess
from collections import Counter

from loop_user import GROUP, SCHEDULED, database

# Below the state folder: what is there for as long as something runs.
WORKING_FOLDERS = ["training-jobs", "processing-jobs", "endpoints", "incoming"]
# Of the dataset: in a key, in a sentence, in a report's table.
VERSION = r'(datasets/reviews/(?:versions|explorations)/0+|(?:reviews|dataset) version |<th scope="row">version</th><td>)(\d+)'


def read(user, aws, programs):
    """From the running `up`: what its clients see."""
    executions = user.sagemaker.list_pipeline_executions(PipelineName=GROUP, SortOrder="Ascending")
    arns = [execution["PipelineExecutionArn"] for execution in executions["PipelineExecutionSummaries"]]
    names = {arn.split("/")[-1]: f"EXECUTION-{place}" for place, arn in enumerate(arns, 1)}
    manifests = [user.object(key)["id"] for key in user.keys("datasets/reviews/versions/")]
    # A repeated upload is an upload: it has a receipt, and a version with the id of the one before.
    versions = list(dict.fromkeys(manifests))

    def place(version):
        return f"{version[1]}{versions.index(manifests[int(version[2]) - 1]) + 1}"

    def plain(text):
        """Without random names and times; a version is one of another id than those before."""
        for name, stable in names.items():
            text = text.replace(name, stable)
        text = re.sub(VERSION, place, text)
        text = re.sub(r"(pipelines-EXECUTION-\d+-\w+)-\w{10}", r"\1", text)
        text = re.sub(r"(human-review/answered)/\w+/[\d-]+/", r"\1/WORKER/DAY/", text)
        # Of a comparison's name, when its two versions were registered.
        text = re.sub(r"(rollouts/\d+)-\w+-over-(\d+)-\w+", r"\1-over-\2", text)
        text = re.sub(r"(verdicts/\d+)/\w{26}", r"\1", text)
        return re.sub(r"\d{4}/\d\d/\d\d/\d\d/\d\d/\d\d/", "TIME/", text)

    def objects(prefix, ending=".json"):
        found = {plain(key): user.object(key) for key in user.keys(prefix) if key.endswith(ending)}
        return json.loads(plain(json.dumps(found)))

    uploads = objects("datasets/reviews/receipts/").values()
    apart = tuple(f"datasets/reviews/{kind}/" for kind in ("versions", "receipts", "explorations"))
    return {
        "executions": [describe(user, arn) for arn in arns],
        "keys": sorted(plain(key) for key in user.keys() if not key.startswith(apart)),
        # A version has one, and so has the version of a repeated upload.
        "explorations": sorted({plain(key) for key in user.keys("datasets/reviews/explorations/")}),
        "versions": versions,
        "uploads": sorted({f"{upload['source_key']} {upload.get('part')}" for upload in uploads}),
        "registry": [registered(package) for package in user.packages()],
        "verdicts": objects("verdicts/"),
        "labels": {key: label["label"] for key, label in objects("labels/").items()},
        "deployments": {key: deployed(record) for key, record in objects("state/deployments/").items()},
        "evaluations": untimed(objects("executions/", "/evaluation.json")),
        "reports": [page(plain(report(aws, programs, name))) for name in names],
        "reconcile": user.invoke("reconcile", SCHEDULED),
        "status": json.loads(plain(reviewloop(aws, programs, "status"))),
    }


def left(state, sessions):
    """From the stopped `up`: what it left on the disk and among the processes. Bodies of objects that were written
    over are not compared: they are swept at the next start. Nor are sign-ins: a reviewer signs in again."""
    with database(state) as store:
        kinds = store.execute("SELECT kind, count(*) FROM documents WHERE kind NOT IN ('s3/object', 'cognito/sign-in') GROUP BY kind")
        kinds = dict(kinds.fetchall())
        events = store.execute("SELECT event FROM outbox").fetchall()
    listed = subprocess.run(["ps", "-e", "-o", "sess=,stat=,args="], capture_output=True, text=True, check=True).stdout
    processes = [line.split(None, 2) for line in listed.splitlines()]
    # A zombie has ended; init has not looked yet.
    processes = [(session, args) for session, status, args in processes if not status.startswith("Z")]
    return {
        "documents": kinds,
        "undelivered events": events,
        "working folders": [path.name for folder in WORKING_FOLDERS for path in (state / folder).glob("*")],
        "processes": [args for session, args in processes if session in sessions or str(state) in args],
    }


def describe(user, arn):
    listed = user.sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    status = user.sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionStatus"]
    return [status, *sorted(f"{step['StepName']} {step['StepStatus']}" for step in listed)]


def registered(package):
    said = package.get("CustomerMetadataProperties", {})
    return [package["ModelPackageVersion"], package["ModelApprovalStatus"], said.get("reviewloop-verdict")]


def deployed(record):
    """Not the attempts: they are counted before they are made, so a kill in between costs one."""
    members = ["model_package_arn", "from", "refused", "accepted", "confirmed", "stuck"]
    return {name: record.get(name) for name in members}


def untimed(value):
    if isinstance(value, dict):
        return {name: untimed(member) for name, member in value.items() if name not in ("seconds", "samples_per_second")}
    return [untimed(item) for item in value] if isinstance(value, list) else value


def reviewloop(aws, programs, *arguments):
    command = [programs / "reviewloop", "--json", *arguments]
    return subprocess.run(command, env=os.environ | aws.variables, capture_output=True, text=True, check=True).stdout


def report(aws, programs, execution):
    file = aws.state.parent / "report.html"
    reviewloop(aws, programs, "report", "--execution", execution, "--output", str(file))
    return file.read_text()


def page(text):
    """A report's page without its times, by lines."""
    times = r"<h2>Where the time went</h2>.*?(?=<h2>)|\d+ \w+ 20\d\d, \d\d:\d\d UTC|\d+\.\d s\b"
    text = re.sub(times, "", text, flags=re.DOTALL)
    return text[text.index("<body") :].splitlines()


def difference(expected, found, where="state"):
    """The first one, in a line, or None."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in [*expected, *(name for name in found if name not in expected)]:
            said = difference(expected.get(name), found.get(name), f"{where}.{name}")
            if said:
                return said
        return None
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = enumerate(zip(expected, found))
        return next(filter(None, (difference(*pair, f"{where}[{at}]") for at, pair in pairs)), None)
    if isinstance(expected, list) and isinstance(found, list):
        both = (expected, found), (found, expected)
        missing, more = (list((Counter(map(str, one)) - Counter(map(str, other))).elements()) for one, other in both)
        return f"{where}: missing {missing[:3]}, more {more[:3]}"
    return None if expected == found else f"{where}: {str(expected)[:200]} became {str(found)[:200]}"
