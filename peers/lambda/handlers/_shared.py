"""What the handlers share: clients made once, as the process starts, and S3 under conditional writes."""

import json
import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BUCKET = os.environ.get("BUCKET")
CONFIG = Config(retries={"mode": "standard"})


def client(service):
    return boto3.client(service, endpoint_url=os.environ.get("AWS_ENDPOINT_URL"), config=CONFIG)


class Objects:
    def __init__(self):
        self.s3 = client("s3")

    def read(self, key):
        """The bytes and the tag, or nothing."""
        try:
            found = self.s3.get_object(Bucket=BUCKET, Key=key)
        except self.s3.exceptions.NoSuchKey:
            return None, None
        return found["Body"].read(), found["ETag"]

    def read_json(self, key):
        content, tag = self.read(key)
        return (json.loads(content) if content else None), tag

    def exists(self, key):
        try:
            self.s3.head_object(Bucket=BUCKET, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return True

    def list(self, prefix):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [(found["Key"], found["ETag"]) for page in pages for found in page.get("Contents", [])]

    def write(self, key, content, tag=None):
        """Creates the object, or replaces what has the tag; False where somebody else was faster."""
        condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        body = content if isinstance(content, bytes) else json.dumps(content, indent=2).encode()
        try:
            self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, **condition)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 412:
                return False
            raise
        return True


def desired(objects, sagemaker, group):
    """The pinned version, or the highest approved one."""
    pin, _ = objects.read_json("state/pin.json")
    pages = sagemaker.get_paginator("list_model_packages").paginate(ModelPackageGroupName=group)
    approved = [
        found for page in pages for found in page["ModelPackageSummaryList"] if found["ModelApprovalStatus"] == "Approved"
    ]
    if pin:
        return next((found for found in approved if found["ModelPackageVersion"] == pin["version"]), None)
    return max(approved, key=lambda found: found["ModelPackageVersion"], default=None)


def live_version_key(model_package_arn):
    """Of the note that a version was live once."""
    return f"state/live-versions/{model_package_arn.rsplit('/')[-1]:0>8}.json"


def described_endpoint(sagemaker, name):
    try:
        return sagemaker.describe_endpoint(EndpointName=name)
    except ClientError as error:
        if "Could not find" in error.response["Error"]["Message"]:
            return None
        raise
