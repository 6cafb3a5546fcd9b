"""S3 as boto3 uses it."""

import pytest
from botocore.exceptions import ClientError

BUCKET = "boto3-storage"


@pytest.fixture(scope="module")
def s3(aws):
    client = aws.session().client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def test_what_is_uploaded_comes_back(s3, tmp_path):
    file = tmp_path / "big.bin"
    # Above boto3's threshold, so that the upload is in parts.
    content = bytes(range(256)) * (9 * 1024 * 4)
    file.write_bytes(content)
    s3.upload_file(str(file), BUCKET, "folder/women clothing+reviews 2026.csv")
    answer = s3.get_object(Bucket=BUCKET, Key="folder/women clothing+reviews 2026.csv")
    assert answer["Body"].read() == content
    assert answer["ETag"].endswith('-2"')


def test_a_listing_has_pages(s3):
    keys = [f"many/{number:03}.txt" for number in range(25)]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="many/", PaginationConfig={"PageSize": 10}))
    assert [len(page["Contents"]) for page in pages] == [10, 10, 5]
    assert [item["Key"] for page in pages for item in page["Contents"]] == keys


def test_a_conditional_write_has_one_winner(s3):
    s3.put_object(Bucket=BUCKET, Key="once", Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError) as lost:
        s3.put_object(Bucket=BUCKET, Key="once", Body=b"second", IfNoneMatch="*")
    assert lost.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert s3.get_object(Bucket=BUCKET, Key="once")["Body"].read() == b"first"


def test_what_is_not_there_is_said_so(s3):
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=BUCKET, Key="nowhere")
