"""Custom resource: creates the flow definition and answers CloudFormation."""

import json
import urllib.request

import _names
from _shared import client

sagemaker, a2i, cognito = client("sagemaker"), client("sagemaker-a2i-runtime"), client("cognito-idp")


def handle(event):
    try:
        physical_id = flow_definition(event)
        status, reason, outcome = "SUCCESS", "", "Provided"
    except Exception as error:
        physical_id = event.get("PhysicalResourceId", "never-created")
        status, reason, outcome = "FAILED", str(error), "Failed"
    same = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body = {"Status": status, "Reason": reason, "PhysicalResourceId": physical_id} | same
    request = urllib.request.Request(event["ResponseURL"], json.dumps(body).encode(), {"Content-Type": ""}, method="PUT")
    urllib.request.urlopen(request).close()
    return {"outcome": outcome, "physical_resource_id": physical_id}


def flow_definition(event):
    if event["ResourceType"] != "Custom::FlowDefinition" or event["RequestType"] == "Delete":
        raise RuntimeError("this peer creates flow definitions only")
    wanted = event["ResourceProperties"]
    members = ("HumanTaskUiArn", "WorkteamArn", "RoleArn", "S3OutputPath", "TaskTitle", "TaskDescription")
    name = _names.flow_definition(wanted["NamePrefix"], *(wanted[member] for member in members), "1,3600,259200")
    try:
        sagemaker.create_flow_definition(
            FlowDefinitionName=name,
            HumanLoopConfig={
                "WorkteamArn": wanted["WorkteamArn"],
                "HumanTaskUiArn": wanted["HumanTaskUiArn"],
                "TaskTitle": wanted["TaskTitle"],
                "TaskDescription": wanted["TaskDescription"],
                "TaskCount": 1,
                "TaskTimeLimitInSeconds": 3600,
                "TaskAvailabilityLifetimeInSeconds": 259200,
            },
            OutputConfig={"S3OutputPath": wanted["S3OutputPath"]},
            RoleArn=wanted["RoleArn"],
            Tags=[{"Key": "reviewloop-stack", "Value": event["StackId"].split("/")[1]}],
        )
    except sagemaker.exceptions.ResourceInUse:
        pass
    return name
