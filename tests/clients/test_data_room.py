"""One upload answers what the labs ask of data: counts, pictures, bias, features; and a file unlike it waits."""

import io
import json
import os
import signal
import subprocess

import pandas
import pytest

import reviews as synthetic
from conftest import PIPELINE, PROGRAMS, STACK, ended
from data_room import REAL, Athena
from small_aws import SmallAws, wait_for

PARAMETERS = {"Algorithm": "fasttext", "Epochs": "1", "FeatureStore": "yes", "BiasFacets": "Class Name,Age>40", "BiasPositiveLabels": "1"}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    if REAL.exists():
        return REAL
    path = tmp_path_factory.mktemp("data") / "reviews.csv"
    path.write_text(synthetic.csv(900))
    return path


@pytest.fixture(scope="module")
def rows(table):
    """Those that can be reviews, each text once as the version has it."""
    rows = pandas.read_csv(table).dropna(subset=["Review Text", "Rating"])
    return rows[rows["Review Text"].str.strip() != ""]


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    arguments = [word for pair in PARAMETERS.items() for word in ("--parameter", "=".join(pair))]
    small = SmallAws(PROGRAMS / "reviewloop", PROGRAMS, tmp_path_factory.mktemp("room") / "state", arguments)
    yield small
    small.stop()


@pytest.fixture(scope="module")
def session(room):
    return room.session()


@pytest.fixture(scope="module")
def bucket(room):
    return f"{STACK}-123456789012-{room.region}"


@pytest.fixture(scope="module")
def package(session, bucket, table):
    """What the upload leads to."""
    clients = {name: session.client(name) for name in ["s3", "sagemaker"]}
    clients["s3"].upload_file(str(table), bucket, "incoming/reviews.csv")

    def started():
        return clients["sagemaker"].list_pipeline_executions(PipelineName=PIPELINE)["PipelineExecutionSummaries"]

    execution = ended(clients, wait_for("an execution", started)[0]["PipelineExecutionArn"])
    assert execution["PipelineExecutionStatus"] == "Succeeded", execution
    listed = clients["sagemaker"].list_model_packages(ModelPackageGroupName=PIPELINE)["ModelPackageSummaryList"]
    return clients["sagemaker"].describe_model_package(ModelPackageName=listed[0]["ModelPackageArn"])


def read(session, bucket, key):
    return json.load(session.client("s3").get_object(Bucket=bucket, Key=key)["Body"])


def test_the_version_and_its_page_have_every_review(session, bucket, package, rows):
    version = read(session, bucket, "datasets/reviews/versions/00000001.json")
    assert sum(part["rows"] for part in version["parts"]) == len(rows)
    if REAL.exists():
        assert len(rows) == 22641
    page = "datasets/reviews/explorations/00000001/index.html"
    found = wait_for("the page", lambda: session.client("s3").list_objects_v2(Bucket=bucket, Prefix=page).get("Contents"))
    assert found[0]["Size"] > 10_000


def test_a_view_counts_the_labs_reviews(session, bucket, package, rows):
    """The labs keep reviews of a named category above ten rows, repeated texts too: the version has those once, counted."""
    athena = Athena(session, f"s3://{bucket}/athena-results/", STACK)
    view = """
        CREATE OR REPLACE VIEW labs AS
        WITH large AS (SELECT product_category FROM reviews GROUP BY product_category HAVING SUM(occurrences) > 10)
        SELECT sentiment, product_category, CARDINALITY(SPLIT(review_body, ' ')) AS words, occurrences
        FROM reviews WHERE product_category IN (SELECT product_category FROM large)
    """
    athena.run(view, WorkGroup=STACK)
    named = rows.dropna(subset=["Class Name"]).groupby("Class Name").filter(lambda group: len(group) > 10)
    words = named["Review Text"].str.split(" ").map(len)
    asked = "SELECT SUM(occurrences), ROUND(CAST(SUM(words * occurrences) AS double) / SUM(occurrences), 2), MAX(words) FROM labs"
    _, (counted, mean, longest) = athena.rows(asked, WorkGroup=STACK)
    assert (int(counted), float(mean), int(longest)) == (len(named), round(words.mean(), 2), words.max())
    _, *by_category = athena.rows("SELECT product_category, SUM(occurrences) FROM labs GROUP BY product_category", WorkGroup=STACK)
    # A text that stands in two categories is in that of the later upload.
    moved = {text for text, group in named.groupby("Review Text") if group["Class Name"].nunique() > 1}
    expected = named.groupby("Class Name").size()
    assert set(expected.index) == {category for category, _ in by_category}
    assert all(abs(int(count) - expected[category]) <= len(moved) for category, count in by_category)
    if REAL.exists():
        assert (int(counted), float(mean), int(longest)) == (22626, 60.23, 115)


def test_a_query_that_nobody_waits_for_is_stopped(room, session, package):
    endless = "SELECT COUNT(*) FROM reviews a, reviews b, reviews c, reviews d WHERE a.review_body < b.review_body"
    command = [PROGRAMS / "reviewloop", "sql", endless]
    asked = subprocess.Popen(command, env=os.environ | room.variables, stderr=subprocess.PIPE, text=True)
    query = asked.stderr.readline().split()[-1]
    athena = session.client("athena")

    def state():
        return athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"]

    wait_for("the query to run", lambda: state() == "RUNNING")
    asked.send_signal(signal.SIGINT)
    _, told = asked.communicate(timeout=60)
    assert asked.returncode != 0 and f"the query {query} was stopped" in told
    assert state() == "CANCELLED"


def test_the_registry_names_the_bias_before_training_and_after_it(session, bucket, package, rows):
    reports = package["ModelMetrics"]["Bias"]
    keys = [reports[name]["S3Uri"].split(f"{bucket}/")[1] for name in ["PreTrainingReport", "PostTrainingReport"]]
    before, after = [read(session, bucket, key) for key in keys]
    facets = before["pre_training_bias_metrics"]["facets"]
    metrics = {each["name"]: each["value"] for each in facets["Age"][0]["metrics"]}
    once = rows.drop_duplicates("Review Text")
    older, good = once["Age"] > 40, once["Rating"] > 3
    assert metrics["CI"] == pytest.approx(1 - 2 * older.mean(), abs=0.002)
    assert metrics["DPL"] == pytest.approx(good[~older].mean() - good[older].mean(), abs=0.002)
    assert {"DPPL", "DI", "AD"} <= {each["name"] for each in after["post_training_bias_metrics"]["facets"]["Age"][0]["metrics"]}


def test_the_feature_group_answers(session, bucket, package):
    group = session.client("sagemaker").describe_feature_group(FeatureGroupName=f"{STACK}-features")
    assert group["FeatureGroupStatus"] == "Created"
    key = "datasets/reviews/features/export.json"
    objects = session.client("s3")
    # An unoptimised store takes a minute and a half for the labs' rows.
    wait_for("the export", lambda: objects.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents"), 900)
    export = read(session, bucket, key)
    assert export["failed"] == 0 and export["written"] == export["rows"]
    runtime = session.client("sagemaker-featurestore-runtime")
    athena = Athena(session, f"s3://{bucket}/athena-results/", "sagemaker_featurestore")
    name = group["OfflineStoreConfig"]["DataCatalogConfig"]["TableName"]

    def all_there():
        _, (count,) = athena.rows(f'SELECT COUNT(*) FROM "{name}"', WorkGroup=STACK)
        return int(count) == export["rows"]

    wait_for("the offline store", all_there)
    _, (row_hash, body) = athena.rows(f'SELECT row_hash, review_body FROM "{name}" LIMIT 1', WorkGroup=STACK)
    record = runtime.get_record(FeatureGroupName=f"{STACK}-features", RecordIdentifierValueAsString=row_hash)["Record"]
    assert {each["FeatureName"]: each["ValueAsString"] for each in record}["review_body"] == body


def test_a_file_in_other_units_waits_for_a_person(session, bucket, package, rows):
    other = rows.head(400).assign(Age=lambda it: it["Age"] * 12)
    text = io.StringIO()
    other.to_csv(text, index=False)
    session.client("s3").put_object(Bucket=bucket, Key="incoming/april.csv", Body=text.getvalue().encode())
    note = "datasets/reviews/held/00000002.json"
    wait_for("the version to be held", lambda: session.client("s3").list_objects_v2(Bucket=bucket, Prefix=note).get("Contents"))
    held = read(session, bucket, note)
    assert "Age" in [each["feature_name"] for each in held["violations"] if each["severity"] == "hold"]
