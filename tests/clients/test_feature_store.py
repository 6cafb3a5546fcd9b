"""SageMaker Feature Store as the SageMaker SDK uses it, lab 5's way, and what only boto3 has; Athena behind it is the real engine."""

import pandas
import pytest
import sagemaker
from sagemaker.feature_store.feature_definition import FeatureDefinition, FeatureTypeEnum
from sagemaker.feature_store.feature_group import FeatureGroup
from sagemaker.feature_store.feature_store import FeatureStore

from conftest import make_role
from data_room import Athena
from small_aws import wait_for

BUCKET = "feature-room"
REVIEWS, SHOPPERS = "reviews-features", "shoppers"
MORNING, NOON = "2026-03-01T08:30:00Z", "2026-03-01T12:00:00Z"
ROWS = 120


@pytest.fixture(scope="module")
def boto(sdk_boto):
    sdk_boto.client("s3").create_bucket(Bucket=BUCKET)
    return sdk_boto


@pytest.fixture(scope="module")
def session(boto):
    return sagemaker.Session(boto_session=boto)


@pytest.fixture(scope="module")
def role(boto):
    return make_role(boto, "feature-store")


@pytest.fixture(scope="module")
def reviews():
    """Lab 5's features."""
    numbers = range(ROWS)
    frame = pandas.DataFrame(
        {
            "review_id": [f"review-{number}" for number in numbers],
            "date": [MORNING if number % 2 else "2026-03-01T09:00:00Z" for number in numbers],
            "sentiment": [number % 3 - 1 for number in numbers],
            "label_id": [number % 3 for number in numbers],
            "input_ids": [str([0, number, 2]) for number in numbers],
            "review_body": [f'So "soft", number {number}' for number in numbers],
            "split_type": ["train" if number % 10 else "test" for number in numbers],
            "shopper": [f"shopper-{number % 4}" for number in numbers],
        }
    )
    texts = frame.select_dtypes(exclude="number").columns
    return frame.astype({name: "string" for name in texts})


@pytest.fixture(scope="module")
def group(session, role, reviews):
    """The feature group with all rows in both stores."""
    made = FeatureGroup(name=REVIEWS, sagemaker_session=session)
    made.load_feature_definitions(data_frame=reviews)
    create(made, role, "review_id", tags=[{"Key": "lab", "Value": "5"}])
    made.ingest(data_frame=reviews, max_workers=3, max_processes=2, wait=True)
    return made


def create(group, role, identifier, **more):
    group.create(
        s3_uri=f"s3://{BUCKET}/store", record_identifier_name=identifier, event_time_feature_name="date",
        role_arn=role, enable_online_store=True, **more,
    )  # fmt: skip
    wait_for("the feature group", lambda: group.describe()["FeatureGroupStatus"] == "Created")


def ask(group, sql):
    """The rows of an answer by the SDK."""
    query = group.athena_query()
    query.run(query_string=sql.format(table=f'"{query.table_name}"'), output_location=f"s3://{BUCKET}/answers")
    query.wait()
    return query.as_dataframe()


def written(group, rows):
    """Waits until so many rows are in S3."""
    query = group.athena_query()
    athena = Athena(group.sagemaker_session.boto_session, f"s3://{BUCKET}/counts/", query.database)

    def look():
        found = int(athena.rows(f'SELECT count(*) FROM "{query.table_name}"')[1][0])
        return found >= rows and found

    assert wait_for("the rows in S3", look) == rows


def record(identifier, date, **values):
    given = {"review_id": identifier, "date": date, **values}
    return [{"FeatureName": name, "ValueAsString": str(value)} for name, value in given.items()]


def test_the_sdk_reads_features_from_a_frame_and_describes_the_group(group):
    found = group.describe()
    kinds = {feature["FeatureName"]: feature["FeatureType"] for feature in found["FeatureDefinitions"]}
    assert kinds["sentiment"] == "Integral" and kinds["review_body"] == "String"
    epoch = int(found["CreationTime"].timestamp())
    resolved = found["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"]
    assert resolved == f"s3://{BUCKET}/store/123456789012/sagemaker/us-east-1/offline-store/{REVIEWS}-{epoch}/data"
    assert found["OfflineStoreStatus"]["Status"] == "Active"
    assert group.athena_query().database == "sagemaker_featurestore"
    tags = group.sagemaker_session.sagemaker_client.list_tags(ResourceArn=found["FeatureGroupArn"])["Tags"]
    assert {"Key": "lab", "Value": "5"} in tags
    listed = group.sagemaker_session.list_feature_groups(REVIEWS, None, None, None, None, None, None, 10, None)
    assert [one["FeatureGroupName"] for one in listed["FeatureGroupSummaries"]] == [REVIEWS]


def test_every_row_is_served_as_it_was_ingested(group, reviews):
    for number in (0, 77, ROWS - 1):
        served = {value["FeatureName"]: value["ValueAsString"] for value in group.get_record(f"review-{number}")}
        assert served == {name: str(value) for name, value in reviews.iloc[number].items()}
    some = group.get_record("review-5", feature_names=["sentiment", "label_id"])
    assert [value["FeatureName"] for value in some] == ["sentiment", "label_id"]
    assert group.get_record("no-review") is None


def test_athena_reads_the_rows_by_hour(group, boto, reviews):
    written(group, ROWS)
    columns = ", ".join(reviews.columns)
    rows = ask(group, f"SELECT {columns} FROM {{table}} ORDER BY label_id, review_id")
    expected = reviews.sort_values(["label_id", "review_id"]).reset_index(drop=True)
    pandas.testing.assert_frame_equal(rows.astype(object), expected.astype(object))
    added = ask(group, "SELECT count(*) AS n FROM {table} WHERE NOT is_deleted AND write_time > api_invocation_time")
    assert added["n"][0] == ROWS
    found = boto.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="store/")["Contents"]
    hours = {key["Key"].split("/data/")[1].rsplit("/", 1)[0] for key in found}
    assert hours == {f"year=2026/month=03/day=01/hour={hour}" for hour in ("08", "09")}


def test_a_dataset_joins_two_groups_at_a_point_in_time(group, session, role):
    shoppers = FeatureGroup(name=SHOPPERS, sagemaker_session=session)
    kinds = {"shopper": FeatureTypeEnum.STRING, "date": FeatureTypeEnum.STRING, "bought": FeatureTypeEnum.INTEGRAL}
    shoppers.feature_definitions = [FeatureDefinition(name, kind) for name, kind in kinds.items()]
    create(shoppers, role, "shopper")
    early = pandas.DataFrame({"shopper": [f"shopper-{n}" for n in range(4)], "date": "2026-03-01T08:00:00Z", "bought": 1})
    late = early.assign(date=NOON, bought=2)
    for frame in (early, late):
        shoppers.ingest(data_frame=frame, max_workers=1, wait=True)
    written(shoppers, 8)
    builder = FeatureStore(session).create_dataset(base=group, output_path=f"s3://{BUCKET}/datasets")
    builder = builder.with_feature_group(shoppers, target_feature_name_in_base="shopper")
    frame, sql = builder.point_in_time_accurate_join().to_dataframe()
    # What was bought at noon is not known in the morning.
    assert len(frame) == ROWS and set(frame["bought.1"]) == {1}, sql


def test_a_deleted_record_leaves_the_datasets_and_an_older_one_stays_hidden(group, session):
    group.delete_record("review-7", NOON)
    assert group.get_record("review-7") is None
    group.sagemaker_session.put_record(REVIEWS, record("review-7", MORNING))
    assert group.get_record("review-7") is None
    written(group, ROWS + 2)
    builder = FeatureStore(session).create_dataset(base=group, output_path=f"s3://{BUCKET}/datasets")
    frame, _ = builder.to_dataframe()
    assert set(frame["review_id"]) == {f"review-{number}" for number in range(ROWS)} - {"review-7"}
    told = ask(group, "SELECT review_id, date, review_body, is_deleted FROM {table} WHERE is_deleted")
    assert told.values.tolist()[0][:2] == ["review-7", NOON] and told["review_body"].isna().all()


def test_a_batch_answers_each_row_and_the_records_are_listed(group, boto):
    runtime = boto.client("sagemaker-featurestore-runtime")
    entries = [{"FeatureGroupName": REVIEWS, "Record": record(f"batch-{n}", NOON, sentiment=n)} for n in (-1, "good", 1)]
    told = runtime.batch_write_record(Entries=entries)
    assert told["UnprocessedEntries"] == []
    assert [(error["ErrorCode"], error["Entry"]) for error in told["Errors"]] == [("ValidationError", entries[1])]
    assert "sentiment" in told["Errors"][0]["ErrorMessage"]
    wanted = {"FeatureGroupName": REVIEWS, "RecordIdentifiersValueAsString": ["batch--1", "batch-good"]}
    found = runtime.batch_get_record(Identifiers=[wanted])
    assert [one["RecordIdentifierValueAsString"] for one in found["Records"]] == ["batch--1"]
    names, more = [], {}
    while more is not None:
        page = runtime.list_records(FeatureGroupName=REVIEWS, MaxResults=50, **more)
        names += page["RecordIdentifiers"]
        more = {"NextToken": page["NextToken"]} if "NextToken" in page else None
    assert len(names) == len(set(names)) == ROWS + 1 and "review-7" not in names
    with pytest.raises(runtime.exceptions.ResourceNotFound):
        runtime.get_record(FeatureGroupName="nobody", RecordIdentifierValueAsString="1")
    with pytest.raises(runtime.exceptions.ValidationError, match="colour"):
        runtime.put_record(FeatureGroupName=REVIEWS, Record=record("1", NOON, colour="blue"))
    last = {"FeatureGroupName": REVIEWS, "RecordIdentifierValueAsString": "batch-1"}
    assert runtime.get_record(**last, FeatureNames=["sentiment"])["Record"] == record("", "", sentiment=1)[2:]
    stores = ["OnlineStore", "OfflineStore"]
    runtime.delete_record(**last, EventTime="2026-03-02T00:00:00Z", TargetStores=stores, DeletionMode="HardDelete")
    assert "Record" not in runtime.get_record(**last)


def test_features_are_added_and_older_rows_have_none_of_them(group):
    group.update(feature_additions=[FeatureDefinition("stars", FeatureTypeEnum.FRACTIONAL)])
    assert group.describe()["LastUpdateStatus"]["Status"] == "Successful"
    group.sagemaker_session.put_record(REVIEWS, record("starred", NOON, stars=4.5))

    def look():
        return ask(group, "SELECT stars FROM {table} WHERE stars IS NOT NULL")["stars"].tolist()

    assert wait_for("the row with stars", look) == [4.5]


def test_a_deleted_group_is_gone_and_its_rows_stay(group):
    query = group.athena_query()
    rows = ask(group, "SELECT count(*) AS n FROM {table}")["n"][0]
    group.delete()
    client = group.sagemaker_session.sagemaker_client

    def gone():
        try:
            client.describe_feature_group(FeatureGroupName=REVIEWS)
        except client.exceptions.ResourceNotFound:
            return True

    wait_for("the group to be gone", gone)
    query.run(f'SELECT count(*) AS n FROM "{query.table_name}"', f"s3://{BUCKET}/answers")
    query.wait()
    assert query.as_dataframe()["n"][0] == rows
