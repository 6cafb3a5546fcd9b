"""Converges the endpoint on the desired model version."""

import os

from _shared import Objects, client, described_endpoint, desired, live_version_key
from _names import endpoint_config
from botocore.exceptions import ClientError

objects, sagemaker = Objects(), client("sagemaker")
GROUP, NAME = os.environ["MODEL_PACKAGE_GROUP"], os.environ["ENDPOINT_NAME"]
HOSTING, ROLE, MOST = os.environ["HOSTING"], os.environ["EXECUTION_ROLE_ARN"], int(os.environ["MAXIMUM_ATTEMPTS"])


def handle(_event):
    package = desired(objects, sagemaker, GROUP)
    if not package:
        return {"outcome": "NothingApproved"}
    version, arn = package["ModelPackageVersion"], package["ModelPackageArn"]
    config = endpoint_config(NAME, arn, HOSTING, ROLE)
    key = f"state/deployments/{config}.json"
    # Before the endpoint, or a record written in between would make a fresh update look like a rollback.
    record, tag = objects.read_json(key)
    was_live = record and record["confirmed"] or objects.exists(live_version_key(arn))
    live = described_endpoint(sagemaker, NAME)
    status = live and live["EndpointStatus"]
    if status not in (None, "InService", "Failed"):
        return {"outcome": "Waiting", "version": version}
    if status == "InService" and live["EndpointConfigName"] == config:
        return {"outcome": "Live", "version": version, "endpoint_config": config}
    attempts = record["attempts"] if record and not record["confirmed"] else 0
    if attempts >= MOST:
        return {"outcome": "Stuck" if was_live else "AwaitingWithdrawal", "version": version}
    if status == "Failed":
        sagemaker.delete_endpoint(EndpointName=NAME)
        return {"outcome": "Deleting", "version": version}
    asked = {"endpoint_config": config, "model_package_arn": arn, "attempts": attempts + 1, "accepted": False, "confirmed": False}
    asked["package_modified"] = approval(arn)
    if live:
        asked["from"] = live["EndpointConfigName"]
    if not objects.write(key, asked, tag):
        return {"outcome": "Waiting", "version": version}
    _, tag = objects.read(key)
    ensure(arn, config)
    if live:
        sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName=config, RetainAllVariantProperties=True)
    else:
        tags = [{"Key": "reviewloop-stack", "Value": NAME}]
        sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=config, Tags=tags)
    objects.write(key, asked | {"accepted": True}, tag)
    return {"outcome": "Updating" if live else "Creating", "version": version, "endpoint_config": config}


def approval(arn):
    """When the version was approved; approved again, it loses the mark that it was withdrawn."""
    package = sagemaker.describe_model_package(ModelPackageName=arn)
    if "reviewloop-withdrawn" in package.get("CustomerMetadataProperties", {}):
        sagemaker.update_model_package(ModelPackageArn=arn, CustomerMetadataPropertiesToRemove=["reviewloop-withdrawn"])
    return sagemaker.describe_model_package(ModelPackageName=arn)["LastModifiedTime"].isoformat()


def found(describe, **name):
    try:
        return describe(**name)
    except ClientError as error:
        if "Could not find" in error.response["Error"]["Message"]:
            return None
        raise


def ensure(arn, name):
    model = found(sagemaker.describe_model, ModelName=name)
    if model and model["PrimaryContainer"]["ModelPackageName"] != arn:
        raise RuntimeError(f"the model {name} is of another package")
    if not model:
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer={"ModelPackageName": arn})
    if not found(sagemaker.describe_endpoint_config, EndpointConfigName=name):
        variant = {"VariantName": "champion", "ModelName": name, "InitialVariantWeight": 1.0}
        kind, *settings = HOSTING.split(":")
        if kind == "serverless":
            memory, at_once = map(int, settings)
            variant["ServerlessConfig"] = {"MemorySizeInMB": memory, "MaxConcurrency": at_once}
        else:
            variant |= {"InstanceType": settings[0], "InitialInstanceCount": 1}
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
