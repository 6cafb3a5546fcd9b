"""A person who drives the loop twice round, over boto3 and the worker portal, and repeats what had no answer."""

import json
import sqlite3
import time

import boto3
from botocore.config import Config

import reviews
from reviewer import Reviewer

BUCKET = "reviewloop-123456789012-us-east-1"
STACK = "reviewloop"
GROUP = f"{STACK}-text-classifier"
WORKER, PASSWORD = "ana@example.com", "Correct-horse-7-battery"
# A small and quick loop whose every prediction is asked about.
PARAMETERS = {
    "Algorithm": "fasttext",
    "Epochs": "5",
    "MinimumTestRows": "30",
    "ReviewThreshold": "1",
    "AuditRate": "0.2",
    "MinimumNewLabels": "16",
}
# What a schedule sends; nobody waits for the hour.
SCHEDULED = {"version": "0", "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": {}}
ROWS, QUESTIONS, BATCH = 400, 16, 8
# While a kind of these has a document, something is still under way.
UNDER_WAY = ["lambda/queue", "events/delivery", "a2i/active-human-loop", "sagemaker/active-%", "s3/upload", "s3/part"]


class Clients:
    """What a person has open beside a running `up`."""

    def __init__(self, aws):
        key = {
            "endpoint_url": aws.url,
            "region_name": aws.region,
            "aws_access_key_id": aws.variables["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": aws.variables["AWS_SECRET_ACCESS_KEY"],
            # What has no answer is repeated by the person.
            "config": Config(retries={"total_max_attempts": 1}),
        }
        session = boto3.Session()
        self.s3 = session.client("s3", **key)
        self.sagemaker = session.client("sagemaker", **key)
        self.functions = session.client("lambda", **key)
        self.cognito = session.client("cognito-idp", **key)
        self.portal, self.decisions, self.state = aws.portal, aws.decisions, aws.state

    def settled(self):
        """Nothing waits and nothing runs, by the store itself."""
        with database(self.state) as store:
            kinds = " OR ".join("kind LIKE ?" for _ in UNDER_WAY)
            [documents] = store.execute(f"SELECT count(*) FROM documents WHERE {kinds}", UNDER_WAY).fetchone()
            [events] = store.execute("SELECT count(*) FROM outbox").fetchone()
        return documents + events == 0

    def invoke(self, function, event):
        answer = self.functions.invoke(FunctionName=f"{STACK}-{function}", Payload=json.dumps(event))
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, f"{function}: {body}"
        return body

    def keys(self, prefix=""):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def object(self, key):
        return json.loads(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def packages(self):
        """The registry, oldest first."""
        listed = self.sagemaker.list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
        names = [package["ModelPackageArn"] for package in listed]
        described = [self.sagemaker.describe_model_package(ModelPackageName=name) for name in names]
        return sorted(described, key=lambda package: package["ModelPackageVersion"])


def steps():
    """In a person's order; each may be done again from its start when its answer did not come.

    A person takes time, and decides about a verdict when the loop is at rest.
    """
    yield "upload", upload
    yield from turn(1)
    texts = [text for text, _, _ in reviews.rows(QUESTIONS, seed=8, name="Parcel")]
    for start in range(0, QUESTIONS, BATCH):
        batch = texts[start : start + BATCH]
        yield f"predict {start}", lambda user, batch=batch: user.invoke("predict", {"texts": batch})
    yield "answer", answer
    yield "retrain", lambda user: user.invoke("prepare-retraining", SCHEDULED)
    yield from turn(2)
    yield "settle", lambda user: until("the end of all work", user.settled)


def turn(version):
    yield f"verdict {version}", lambda user: until("the verdict", lambda: judged(user, version) and user.settled())
    yield f"approve {version}", lambda user: approve(user, version)
    yield f"endpoint {version}", lambda user: until("the endpoint", lambda: served(user, version))


def database(state):
    return sqlite3.connect(f"file:{state}/state.db?mode=ro", uri=True)


def upload(user):
    user.s3.put_object(Bucket=BUCKET, Key="incoming/reviews.csv", Body=reviews.csv(ROWS, noise=0.2).encode())


def judged(user, version):
    packages = [package for package in user.packages() if package["ModelPackageVersion"] == version]
    return packages and packages[0].get("CustomerMetadataProperties", {}).get("reviewloop-verdict")


def approve(user, version):
    [package] = [package for package in user.packages() if package["ModelPackageVersion"] == version]
    user.sagemaker.update_model_package(
        ModelPackageArn=package["ModelPackageArn"], ModelApprovalStatus="Approved", ApprovalDescription="looked at"
    )


def served(user, version):
    if not user.sagemaker.list_endpoints(NameContains=STACK)["Endpoints"]:
        return False
    endpoint = user.sagemaker.describe_endpoint(EndpointName=STACK)
    record = f"state/deployments/{endpoint['EndpointConfigName']}.json"
    return (
        endpoint["EndpointStatus"] == "InService"
        and user.object(record)["model_package_arn"].endswith(f"/{version}")
        and f"state/live-versions/{version:08}.json" in user.keys("state/live-versions/")
    )


def answer(user):
    """Signs in, answers every task, and waits for the labels."""
    [pool] = [pool["Id"] for pool in user.cognito.list_user_pools(MaxResults=10)["UserPools"]]
    user.cognito.admin_set_user_password(UserPoolId=pool, Username=WORKER, Password=PASSWORD, Permanent=True)
    reviewer = Reviewer(user.portal, WORKER, PASSWORD)

    def labelled():
        tasks = reviewer.waiting()
        for task in tasks:
            reviewer.answer(task, reviews.label)
        unlabelled = {key.split("/")[-1] for key in user.keys("state/human-loops/")}
        unlabelled -= {key.split("/")[-1] for key in user.keys("labels/")}
        if unlabelled and not tasks and user.settled():
            half_an_hour_passes(user, unlabelled)
        # A kill between the event and its note leaves the task marked: reconcile tells once more.
        untold = not unlabelled and user.keys("human-review/open/")
        if untold and user.settled():
            user.invoke("reconcile", SCHEDULED)
        return not unlabelled and not untold

    until("the labels", labelled)


def half_an_hour_passes(user, unlabelled):
    """A question that was noted and never asked is asked by reconcile once its note is half an hour old."""
    for name in unlabelled:
        key = f"state/human-loops/{name}"
        noted = user.object(key) | {"asked_at": "2026-01-01T00:00:00Z"}
        user.s3.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(noted))
    found = user.invoke("reconcile", SCHEDULED)
    # Nothing else is its task. The portal tells of an answer after it is kept: reconcile tells what a kill left untold.
    reasons = ("is never started", "is Completed and its text has no label", "has an answer that no event told")
    assert all(any(reason in sent["reason"] for reason in reasons) for sent in found["resent"]), found
    assert not found["orphans"], found


def until(what, look, seconds=120):
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"waited {seconds} s in vain for {what}"
        time.sleep(0.1)
    return found
