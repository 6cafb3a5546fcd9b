"""Starts at most one pipeline execution at a time, for the newest dataset version."""

import os

from _shared import BUCKET, Objects, client, desired
from _names import content_name, number

objects, sagemaker = Objects(), client("sagemaker")
NAME, PIPELINE = os.environ["DATASET_NAME"], os.environ["PIPELINE_NAME"]
GROUP, MOST = os.environ["MODEL_PACKAGE_GROUP"], int(os.environ["MAXIMUM_ATTEMPTS"])
RUN, VERSIONS = "state/run.json", f"datasets/{NAME}/versions/"
TRANSIENT = ("capacityerror", "insufficientcapacity", "internalservererror", "serviceunavailable", "throttl")


def look():
    run, tag = objects.read_json(RUN)
    execution = None
    if run and run["state"]["name"] == "active" and run["execution_arn"]:
        execution = sagemaker.describe_pipeline_execution(PipelineExecutionArn=run["execution_arn"])
    versions = sorted(key for key, _ in objects.list(VERSIONS))
    newest = objects.read_json(versions[-1])[0] if versions else None
    definition = sagemaker.describe_pipeline(PipelineName=PIPELINE)["PipelineDefinition"]
    return run, tag, execution, newest, content_name("definition", definition)


def handle(_event):
    for _ in range(20):
        run, tag, execution, newest, definition = look()
        waits = newest and (not run or run["state"]["name"] != "active" and newest["number"] > run["version"])
        if waits:
            claim(tag, newest, definition, 1)
        elif not run or run["state"]["name"] == "succeeded":
            return {"outcome": "Idle"}
        elif run["state"]["name"] == "stuck":
            if run["definition_hash"] == definition or run["attempt"] >= MOST:
                return {"outcome": "Stuck", "version": run["version"], "reason": run["state"]["reason"]}
            claim(tag, newest, definition, run["attempt"] + 1)
        elif not run["execution_arn"]:
            start(run, tag)
        else:
            state = ended(run, execution)
            if state is None:
                running = {"version": run["version"], "attempt": run["attempt"], "execution_arn": run["execution_arn"]}
                return {"outcome": "Running"} | running
            objects.write(RUN, run | {"state": state}, tag)
    raise RuntimeError("the run still changes after 20 steps")


def ended(run, execution):
    status, reason = execution["PipelineExecutionStatus"], execution.get("FailureReason", "")
    if status == "Succeeded":
        return {"name": "succeeded"}
    if status == "Failed" and any(word in reason.lower() for word in TRANSIENT) and run["retries"] < MOST:
        return None
    return {"name": "stuck", "reason": reason} if status in ("Failed", "Stopped") else None


def claim(tag, newest, definition, attempt):
    champion = desired(objects, sagemaker, GROUP)
    model, package = f"s3://{BUCKET}/champion/none/", "none"
    if champion:
        package = champion["ModelPackageArn"]
        described = sagemaker.describe_model_package(ModelPackageName=package)
        model = described["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    for marker in ("champion/none/marker", "pretrained/none/marker"):
        objects.write(marker, b"")
    parameters = {
        "DatasetManifest": f"s3://{BUCKET}/{VERSIONS}{newest['number']:08}.json",
        "DatasetParts": f"s3://{BUCKET}/datasets/{NAME}/inputs/{newest['id']}.manifest",
        "ChampionModel": model,
        "ChampionModelPackage": package,
    }
    text = "\n".join(f"{name}={value}" for name, value in sorted(parameters.items()))
    run = {
        "version": newest["number"],
        "version_id": newest["id"],
        "attempt": attempt,
        "definition_hash": definition,
        "parameters": parameters,
        "client_request_token": "reviewloop-execution-"
        + content_name("execution", newest["id"], definition, number(attempt), text),
        "execution_arn": None,
        "retries": 0,
        "state": {"name": "active"},
    }
    objects.write(RUN, run, tag)


def start(run, tag):
    started = sagemaker.start_pipeline_execution(
        PipelineName=PIPELINE,
        ClientRequestToken=run["client_request_token"],
        PipelineExecutionDisplayName=f"v{run['version']}-attempt-{run['attempt']}",
        PipelineParameters=[{"Name": name, "Value": value} for name, value in run["parameters"].items()],
    )
    objects.write(RUN, run | {"execution_arn": started["PipelineExecutionArn"]}, tag)
