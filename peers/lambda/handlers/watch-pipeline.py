"""Says why a pipeline execution failed, and retries it where the same again may succeed."""

import os

from _shared import Objects, client
from _names import content_name, number

objects, sagemaker = Objects(), client("sagemaker")
PIPELINE, MOST = os.environ["PIPELINE_NAME"], int(os.environ["MAXIMUM_ATTEMPTS"])
TRANSIENT = ("capacityerror", "insufficientcapacity", "internalservererror", "serviceunavailable", "throttl")
RUN = "state/run.json"


def handle(event):
    arn = event["detail"]["pipelineExecutionArn"]
    if not event["detail"]["pipelineArn"].endswith(f":pipeline/{PIPELINE}"):
        return {"outcome": "NotOurs"}
    run, tag = objects.read_json(RUN)
    execution = sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
    status = execution["PipelineExecutionStatus"]
    if status not in ("Failed", "Stopped"):
        return {"outcome": "NotFailed", "status": status}
    step, reason = None, execution.get("FailureReason", "")
    if status == "Failed":
        pages = sagemaker.get_paginator("list_pipeline_execution_steps").paginate(PipelineExecutionArn=arn)
        steps = [found for page in pages for found in page["PipelineExecutionSteps"] if found["StepStatus"] == "Failed"]
        if steps:
            step, reason = steps[0]["StepName"], steps[0].get("FailureReason", reason)
    transient = any(word in reason.lower() for word in TRANSIENT)
    kind = "stopped" if status == "Stopped" else "transient" if transient else "permanent"
    failure = {"execution_arn": arn, "step": step, "reason": reason, "class": kind}
    key = f"state/failures/{arn.rsplit('/')[-1]}.json"
    known, known_tag = objects.read_json(key)
    if known != failure:
        objects.write(key, failure, known_tag)
    ours = run and run["execution_arn"] == arn and run["state"]["name"] == "active"
    if not ours or kind != "transient" or run["retries"] >= MOST:
        return {"outcome": "Explained", "failure": failure}
    counted = run | {"retries": run["retries"] + 1, "retried_failure": execution["LastModifiedTime"].isoformat()}
    if not objects.write(RUN, counted, tag):
        return {"outcome": "Explained", "failure": failure}
    token = "reviewloop-execution-" + content_name("retry", arn, number(counted["retries"]))
    sagemaker.retry_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken=token)
    return {"outcome": "Retried", "retry": counted["retries"], "failure": failure}
