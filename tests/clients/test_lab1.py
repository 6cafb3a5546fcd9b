"""Lab 1 of the course: the reviews are registered in Glue and asked by Athena."""

import awswrangler as wr
import pytest

from data_room import REAL, Athena, transformed

BUCKET = "lab1"
DATABASE = "dsoaws_deep_learning"
COLUMNS = [("sentiment", "int"), ("review_body", "string"), ("product_category", "string")]


@pytest.fixture(scope="module")
def session(aws):
    return aws.session()


@pytest.fixture(scope="module")
def reviews(tmp_path_factory):
    return transformed(tmp_path_factory.mktemp("lab1"))


@pytest.fixture(scope="module")
def athena(session, reviews):
    """The table over the CSV, and the same rows as Parquet by awswrangler."""
    session.client("s3").create_bucket(Bucket=BUCKET)
    csv = reviews.to_csv(index=False).encode()
    session.client("s3").put_object(Bucket=BUCKET, Key="transformed/womens_clothing_ecommerce_reviews_transformed.csv", Body=csv)
    glue = session.client("glue")
    glue.create_database(DatabaseInput={"Name": DATABASE, "Description": "Database for the labs"})
    glue.create_table(DatabaseName=DATABASE, TableInput=table({}))
    # A header is no review.
    glue.update_table(DatabaseName=DATABASE, TableInput=table({"skip.header.line.count": "1"}), SkipArchive=False)
    wr.s3.to_parquet(
        reviews, path=f"s3://{BUCKET}/parquet/", dataset=True, database=DATABASE, table="reviews_parquet",
        partition_cols=["product_category"], boto3_session=session,
    )  # fmt: skip
    return Athena(session, f"s3://{BUCKET}/athena/", DATABASE)


def table(parameters):
    return {
        "Name": "reviews",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "csv", **parameters},
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": kind} for name, kind in COLUMNS],
            "Location": f"s3://{BUCKET}/transformed/",
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                "Parameters": {"field.delim": ","},
            },
        },
    }


def test_the_catalogue_has_the_tables(session, athena):
    glue = session.client("glue")
    assert DATABASE in [database["Name"] for database in glue.get_databases()["DatabaseList"]]
    found = glue.get_table(DatabaseName=DATABASE, Name="reviews")["Table"]
    assert found["Parameters"]["skip.header.line.count"] == "1"
    shown = wr.catalog.table(database=DATABASE, table="reviews_parquet", boto3_session=session)
    assert dict(zip(shown["Column Name"], shown["Type"], strict=True))["review_body"] == "string"
    assert list(shown[shown["Partition"]]["Column Name"]) == ["product_category"]


@pytest.mark.parametrize("name", ["reviews", "reviews_parquet"])
def test_counts_and_averages_are_those_of_the_rows(athena, reviews, name):
    header, *rows = athena.rows(f"SELECT sentiment, COUNT(*) AS count_sentiment FROM {name} GROUP BY sentiment ORDER BY sentiment")
    assert header == ("sentiment", "count_sentiment")
    expected = reviews.groupby("sentiment").size().sort_index()
    assert rows == [(str(sentiment), str(count)) for sentiment, count in expected.items()]
    _, *rows = athena.rows(f"SELECT product_category, AVG(sentiment) AS avg_sentiment FROM {name} GROUP BY product_category")
    averages = reviews.groupby("product_category")["sentiment"].mean()
    assert {category: float(average) for category, average in rows} == pytest.approx(averages.to_dict())
    if REAL.exists():
        assert expected.to_list() == [2370, 2823, 17433]


def test_words_are_counted_by_awswrangler_in_each_of_its_ways(session, athena, reviews):
    sql = "SELECT CARDINALITY(SPLIT(review_body, ' ')) AS num_words FROM reviews"
    expected = reviews["review_body"].str.split(" ").map(len)
    for way in ({"ctas_approach": False}, {"ctas_approach": True}, {"ctas_approach": False, "unload_approach": True}):
        place = {"s3_output": f"s3://{BUCKET}/words-{way['ctas_approach']}-{'unload_approach' in way}/"}
        found = wr.athena.read_sql_query(sql, database=DATABASE, boto3_session=session, **way, **place)["num_words"]
        assert sorted(found) == sorted(expected), way
        if REAL.exists():
            assert (round(found.mean(), 2), found.max()) == (62.71, 122)


def test_awswrangler_falls_back_to_its_own_bucket(session, athena):
    account = session.client("sts").get_caller_identity()["Account"]
    with pytest.warns(UserWarning, match="No `s3_output` was provided"):
        found = wr.athena.read_sql_query("SELECT COUNT(*) AS rows FROM reviews", database=DATABASE, boto3_session=session)
    assert found["rows"][0] > 0
    buckets = [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]
    assert f"aws-athena-query-results-{account}-{session.region_name}" in buckets


def test_partitions_are_found_described_and_dropped_by_awswrangler(session, athena, reviews):
    found = wr.catalog.get_partitions(database=DATABASE, table="reviews_parquet", boto3_session=session)
    categories = set(reviews["product_category"])
    assert {values[0] for values in found.values()} == categories
    # A value with a space in it is a folder of S3.
    spaced = [category for category in categories if " " in category][:1]
    for category in spaced:
        filtered = wr.catalog.get_partitions(
            database=DATABASE, table="reviews_parquet", expression=f"product_category = '{category}'", boto3_session=session
        )
        assert list(filtered.values()) == [[category]]
    output = {"s3_output": athena.output, "boto3_session": session}
    described = wr.athena.describe_table(table="reviews_parquet", database=DATABASE, **output)
    assert list(described["Column Name"]) == ["sentiment", "review_body", "product_category"]
    wr.catalog.delete_all_partitions(database=DATABASE, table="reviews_parquet", boto3_session=session)
    assert wr.catalog.get_partitions(database=DATABASE, table="reviews_parquet", boto3_session=session) == {}
    wr.athena.repair_table(table="reviews_parquet", database=DATABASE, **output)
    again = wr.catalog.get_partitions(database=DATABASE, table="reviews_parquet", boto3_session=session)
    assert {values[0] for values in again.values()} == categories
    assert wr.catalog.delete_table_if_exists(database=DATABASE, table="reviews_parquet", boto3_session=session)
    assert not wr.catalog.does_table_exist(database=DATABASE, table="reviews_parquet", boto3_session=session)
