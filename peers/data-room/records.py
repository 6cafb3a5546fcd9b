"""PutRecord of local-aws' Feature Store by boto3: lab 5's features into a group with an online and an offline store.

What is acknowledged is on disk, synced. There is no peer: no other program answers PutRecord. A commit of the same record
to SQLite in this process, synced too, says what this disk takes.
"""

import concurrent.futures
import itertools
import json
import os
import pathlib
import sqlite3
import statistics
import tempfile
import time

from _aws import CONNECTIONS, LocalAws
from _measure import alternate, reviews, table

RECORDS = int(os.environ.get("RECORDS", 1000))
BUCKET, GROUP = "records", "reviews"
NAMES = ["review_id", "date", "sentiment", "label_id", "input_ids", "review_body", "split_type"]
INTEGRAL = {"sentiment", "label_id"}
BATCH = 25


def records():
    """As the lab writes them, without end; a model's 128 token ids are a text."""
    header, rows = reviews()
    texts = [row[header.index("Review Text")] for row in rows]
    for number, text in enumerate(itertools.cycle(filter(str.strip, texts))):
        ids = str([number * place % 50_000 for place in range(128)])
        values = [f"review-{number}", "2026-03-01T08:30:00Z", str(number % 3 - 1), str(number % 3), ids, text, "train"]
        yield [{"FeatureName": name, "ValueAsString": value} for name, value in zip(NAMES, values, strict=True)]


def created(aws):
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    trusted = {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust, policy = (json.dumps({"Version": "2012-10-17", "Statement": [one]}) for one in (trusted, everything))
    iam = aws.client("iam")
    role = iam.create_role(RoleName="store", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="store", PolicyName="everything", PolicyDocument=policy)
    aws.client("s3").create_bucket(Bucket=BUCKET)
    sagemaker = aws.client("sagemaker")
    sagemaker.create_feature_group(
        FeatureGroupName=GROUP,
        RecordIdentifierFeatureName="review_id",
        EventTimeFeatureName="date",
        FeatureDefinitions=[
            {"FeatureName": name, "FeatureType": "Integral" if name in INTEGRAL else "String"} for name in NAMES
        ],
        OnlineStoreConfig={"EnableOnlineStore": True},
        OfflineStoreConfig={"S3StorageConfig": {"S3Uri": f"s3://{BUCKET}/store"}},
        RoleArn=role,
    )
    while sagemaker.describe_feature_group(FeatureGroupName=GROUP)["FeatureGroupStatus"] == "Creating":
        time.sleep(0.1)
    return aws.client("sagemaker-featurestore-runtime")


def timed(work, aws=None):
    used = aws.processor_seconds() if aws else 0
    begun = time.perf_counter()
    work()
    seconds = time.perf_counter() - begun
    used = aws.processor_seconds() - used if aws else 0
    return {"records": RECORDS / seconds, "server": 1000 * used / RECORDS}


def contenders(aws, disk):
    runtime, source = created(aws), records()

    def some():
        return list(itertools.islice(source, RECORDS))

    def put(record):
        runtime.put_record(FeatureGroupName=GROUP, Record=record)

    def put_batch(batch):
        entries = [{"FeatureGroupName": GROUP, "Record": record} for record in batch]
        answer = runtime.batch_write_record(Entries=entries)
        if answer["Errors"] or answer["UnprocessedEntries"]:
            raise SystemExit(f"BatchWriteRecord refused a record: {answer['Errors'][:1]}")

    def commit(record):
        with disk:
            disk.execute("INSERT INTO records VALUES (?, ?)", (record[0]["ValueAsString"], json.dumps(record)))

    def one_by_one(work, chosen, **more):
        return timed(lambda: [work(each) for each in chosen], **more)

    def at_once(chosen):
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as threads:
            return timed(lambda: list(threads.map(put, chosen)), aws)

    def batches(chosen):
        return [chosen[place : place + BATCH] for place in range(0, RECORDS, BATCH)]

    return {
        "PutRecord, one client": lambda: one_by_one(put, some(), aws=aws),
        f"PutRecord, {CONNECTIONS} connections": lambda: at_once(some()),
        f"BatchWriteRecord of {BATCH}, one client": lambda: one_by_one(put_batch, batches(some()), aws=aws),
        "a commit to SQLite, no server": lambda: one_by_one(commit, some()),
    }


def main():
    with tempfile.TemporaryDirectory() as folder:
        disk = sqlite3.connect(pathlib.Path(folder, "records.sqlite"))
        disk.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE records (id PRIMARY KEY, record)")
        aws = LocalAws(pathlib.Path(folder, "aws"))
        try:
            medians = alternate(contenders(aws, disk))
        finally:
            aws.stop()
    rows = [[name, f"{found['records']:,.0f}", f"{found['server']:.2f}"] for name, found in medians.items()]
    size = statistics.mean(len(json.dumps(record)) for record in itertools.islice(records(), RECORDS))
    header = ["call", "records/s", "the server's processor ms a record"]
    table(f"{RECORDS:,} records of {size / 1000:.1f} KB of JSON a round", header, rows, medians)


main()
