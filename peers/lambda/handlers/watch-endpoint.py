"""Confirms a deployment, or rejects the version that was rolled back."""

import os

from _shared import Objects, client, described_endpoint, desired, live_version_key
from _names import endpoint_config

objects, sagemaker = Objects(), client("sagemaker")
GROUP, NAME = os.environ["MODEL_PACKAGE_GROUP"], os.environ["ENDPOINT_NAME"]
HOSTING, ROLE = os.environ["HOSTING"], os.environ["EXECUTION_ROLE_ARN"]


def handle(event):
    if event["detail"]["EndpointName"] != NAME:
        return {"outcome": "NotOurs"}
    package = desired(objects, sagemaker, GROUP)
    if not package:
        return {"outcome": "NothingAsked"}
    version, arn = package["ModelPackageVersion"], package["ModelPackageArn"]
    config = endpoint_config(NAME, arn, HOSTING, ROLE)
    key = f"state/deployments/{config}.json"
    record, _ = objects.read_json(key)
    was_live = record and record["confirmed"] or objects.exists(live_version_key(arn))
    live = described_endpoint(sagemaker, NAME)
    if live and live["EndpointStatus"] == "InService":
        of_live = f"state/deployments/{live['EndpointConfigName']}.json"
        known, tag = objects.read_json(of_live)
        if known and not objects.exists(live_version_key(known["model_package_arn"])):
            note = {"model_package_arn": known["model_package_arn"], "endpoint_config": known["endpoint_config"]}
            objects.write(live_version_key(known["model_package_arn"]), note)
        if known and not known["confirmed"]:
            objects.write(of_live, known | {"accepted": True, "confirmed": True}, tag)
    if not record or not live:
        return {"outcome": "NothingAsked"}
    if live["EndpointStatus"] != "InService":
        return {"outcome": "InProgress", "status": live["EndpointStatus"]}
    if live["EndpointConfigName"] == config:
        return {"outcome": "Confirmed", "version": version, "endpoint_config": config}
    if record["accepted"] and not record["confirmed"] and record.get("from") == live["EndpointConfigName"]:
        if was_live:
            return {"outcome": "Stuck", "version": version, "reason": "this version was live before"}
        reason = f"the endpoint went back to {live['EndpointConfigName']} by itself"
        sagemaker.update_model_package(
            ModelPackageArn=arn,
            ModelApprovalStatus="Rejected",
            ApprovalDescription=f"Withdrawn (rolled back): {reason}.",
            CustomerMetadataProperties={"reviewloop-withdrawn": "rolled back"},
        )
        return {"outcome": "Withdrawn", "version": version, "reason": reason}
    return {"outcome": "InProgress", "status": live["EndpointStatus"]}
