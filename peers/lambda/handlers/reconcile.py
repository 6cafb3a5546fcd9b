"""Looks for what no event told, and sends it again."""

import json
import os
import time

from _shared import BUCKET, Objects, client, described_endpoint, desired
from _names import content_name, endpoint_config, receipt

objects, sagemaker = Objects(), client("sagemaker")
a2i, functions = client("sagemaker-a2i-runtime"), client("lambda")
NAME, PIPELINE, GROUP = (os.environ[name] for name in ("DATASET_NAME", "PIPELINE_NAME", "MODEL_PACKAGE_GROUP"))
ENDPOINT, HOSTING, ROLE = (os.environ[name] for name in ("ENDPOINT_NAME", "HOSTING", "EXECUTION_ROLE_ARN"))
FLOW, CAP = os.environ["REVIEWERS"], int(os.environ["REVIEW_DAILY_CAP"])


def handle(_event):
    outcome = {"outcome": "Reconciled", "resent": [], "stuck": [], "orphans": []}
    uploads(outcome)
    runs(outcome)
    models(outcome)
    human_loops(outcome)
    return outcome


def resend(outcome, function, detail_type, detail, reason):
    source = "aws.s3" if detail_type == "Object Created" else "aws.sagemaker"
    event = {"detail-type": detail_type, "source": source, "detail": detail}
    name = f"{os.environ['STACK_NAME']}-{function}"
    functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(event).encode())
    outcome["resent"].append({"function": function, "reason": reason})


def uploads(outcome):
    receipts = {key for key, _ in objects.list(f"datasets/{NAME}/receipts/")}
    for key, tag in objects.list("incoming/"):
        if not key.endswith("/") and f"datasets/{NAME}/receipts/{receipt(key, tag)}.json" not in receipts:
            detail = {"bucket": {"name": BUCKET}, "object": {"key": key}}
            resend(outcome, "register-dataset", "Object Created", detail, f"{key} has no receipt")


def runs(outcome):
    run, _ = objects.read_json("state/run.json")
    if run and run["state"]["name"] == "stuck":
        outcome["stuck"].append(run["state"]["reason"])
    arn = run["execution_arn"] if run and run["state"]["name"] == "active" else None
    listed = sagemaker.list_pipeline_executions(PipelineName=PIPELINE, MaxResults=100)["PipelineExecutionSummaries"]
    ended = None
    for found in listed:
        if found["PipelineExecutionStatus"] in ("Executing", "Stopping") and found["PipelineExecutionArn"] != arn:
            outcome["orphans"].append(found["PipelineExecutionArn"])
        elif found["PipelineExecutionArn"] == arn:
            ended = found["PipelineExecutionStatus"]
    newest = max((int(key[-13:-5]) for key, _ in objects.list(f"datasets/{NAME}/versions/")), default=0)
    content_name("definition", sagemaker.describe_pipeline(PipelineName=PIPELINE)["PipelineDefinition"])
    if ended in ("Succeeded", "Failed", "Stopped") or not arn and newest > (run["version"] if run else 0):
        detail = {"pipelineArn": "", "pipelineExecutionArn": arn or ""}
        resend(outcome, "start-pipeline", "SageMaker Model Building Pipeline Execution Status Change", detail, "waits")


def models(outcome):
    pending = sagemaker.get_paginator("list_model_packages")
    for page in pending.paginate(ModelPackageGroupName=GROUP, ModelApprovalStatus="PendingManualApproval"):
        for found in page["ModelPackageSummaryList"]:
            package = sagemaker.describe_model_package(ModelPackageName=found["ModelPackageArn"])
            if "reviewloop-verdict-uri" not in package.get("CustomerMetadataProperties", {}):
                detail = {"ModelPackageArn": found["ModelPackageArn"]}
                resend(outcome, "judge-model", "SageMaker Model Package State Change", detail, "no verdict")
    package = desired(objects, sagemaker, GROUP)
    if not package:
        return
    config = endpoint_config(ENDPOINT, package["ModelPackageArn"], HOSTING, ROLE)
    record, _ = objects.read_json(f"state/deployments/{config}.json")
    live = described_endpoint(sagemaker, ENDPOINT)
    there = live and live["EndpointStatus"] == "InService" and live["EndpointConfigName"] == config
    if not there or not record or not record["confirmed"]:
        for function in ("watch-endpoint", "deploy-model"):
            resend(outcome, function, "SageMaker Endpoint State Change", {"EndpointName": ENDPOINT}, f"{config} is desired")


def human_loops(outcome):
    labelled = {key.removeprefix("labels/") for key, _ in objects.list("labels/")}
    pages = a2i.get_paginator("list_human_loops").paginate(FlowDefinitionArn=FLOW)
    statuses = {found["HumanLoopName"]: found["HumanLoopStatus"] for page in pages for found in page["HumanLoopSummaries"]}
    due = []
    for key, _ in objects.list("state/human-loops/"):
        if key.removeprefix("state/human-loops/") in labelled:
            continue
        record, _ = objects.read_json(key)
        if record.get("stuck"):
            outcome["stuck"].append(record["stuck"])
        elif not record.get("stopped") and statuses.get(record["human_loop"]) not in ("InProgress", "Stopping"):
            due.append(record["human_loop"])
    day, _ = objects.read_json(f"state/review-days/{time.strftime('%Y-%m-%d', time.gmtime())}.json")
    if CAP - (day["asked"] if day else 0) > 0:
        for name in due[:100]:
            detail = {"humanLoopName": name, "flowDefinitionArn": FLOW}
            resend(outcome, "collect-labels", "SageMaker A2I HumanLoop Status Change", detail, "no label")
