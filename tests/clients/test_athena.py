"""Athena and Glue as boto3 and PyAthena use them; the SQL engine behind them is the real one."""

import json

import awswrangler as wr
import pyathena
import pytest
from pyathena.pandas.cursor import PandasCursor

from data_room import Athena
from small_aws import wait_for

BUCKET = "data-room"
DATABASE = "data_room"
JSON_ROWS = [
    {"text": "so soft, so warm", "stars": 5, "where": {"city": "Oulu"}},
    {"text": "", "stars": 1},
    {"text": None, "stars": 3, "where": {"city": "Turku"}},
]


@pytest.fixture(scope="module")
def session(aws):
    return aws.session()


@pytest.fixture(scope="module")
def s3(session):
    client = session.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture(scope="module")
def athena(session, s3):
    athena = Athena(session, f"s3://{BUCKET}/results/", DATABASE)
    athena.run(f"CREATE DATABASE IF NOT EXISTS {DATABASE}", QueryExecutionContext={})
    s3.put_object(Bucket=BUCKET, Key="json/rows.jsonl", Body="\n".join(map(json.dumps, JSON_ROWS)).encode())
    athena.run(f"""
        CREATE EXTERNAL TABLE answers (text string, stars int, `where` struct<city:string>)
        ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://{BUCKET}/json/'
    """)
    return athena


def body(s3, uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def keys(s3, prefix):
    return [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])]


def test_an_execution_tells_its_course_and_leaves_its_result_with_metadata(athena, s3):
    found = athena.run("SELECT text, stars FROM answers ORDER BY stars DESC")
    assert (found["StatementType"], found["SubstatementType"], found["WorkGroup"]) == ("DML", "SELECT", "primary")
    assert found["Status"]["SubmissionDateTime"] <= found["Status"]["CompletionDateTime"]
    statistics = found["Statistics"]
    assert statistics["DataScannedInBytes"] == len("\n".join(map(json.dumps, JSON_ROWS)))
    assert statistics["TotalExecutionTimeInMillis"] >= statistics["EngineExecutionTimeInMillis"] >= 0
    location = found["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://{BUCKET}/results/{found['QueryExecutionId']}.csv"
    assert body(s3, location) == '"text","stars"\n"so soft, so warm","5"\n,"3"\n"","1"\n'
    assert f"results/{found['QueryExecutionId']}.csv.metadata" in keys(s3, "results/")
    listed = athena.client.list_query_executions(WorkGroup="primary")["QueryExecutionIds"]
    assert found["QueryExecutionId"] in listed
    batch = athena.client.batch_get_query_execution(QueryExecutionIds=[found["QueryExecutionId"], "00000000-0000-0000-0000-000000000000"])
    assert batch["QueryExecutions"] == [found]
    assert len(batch["UnprocessedQueryExecutionIds"]) == 1


def test_null_and_empty_are_told_apart_in_rows(athena):
    assert athena.rows("SELECT text, stars FROM answers ORDER BY stars") == [("text", "stars"), ("", "1"), (None, "3"), ("so soft, so warm", "5")]
    assert athena.rows('SELECT "where".city FROM answers WHERE stars = 5')[1:] == [("Oulu",)]


def test_many_rows_come_in_pages_of_a_thousand(athena):
    execution = athena.run("SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n)")["QueryExecutionId"]
    sizes, rows, more = [], [], {}
    while True:
        page = athena.client.get_query_results(QueryExecutionId=execution, **more)
        sizes.append(len(page["ResultSet"]["Rows"]))
        rows += [row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]]
        if "NextToken" not in page:
            break
        more = {"NextToken": page["NextToken"]}
    assert sizes == [1000, 1000, 501]
    assert rows == ["n", *map(str, range(1, 2501))]


def test_a_table_over_quoted_csv_is_partitioned_by_hand_and_by_msck(athena, s3, session):
    for stars, text in ((1, "bad, very bad"), (5, 'so "good"')):
        quoted = text.replace('"', '""')
        s3.put_object(Bucket=BUCKET, Key=f"csv/stars={stars}/rows.csv", Body=f'text,place\n"{quoted}","Fine gauge"\n'.encode())
    athena.run(f"""
        CREATE EXTERNAL TABLE quoted (text string, place string) PARTITIONED BY (stars int)
        ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
        LOCATION 's3://{BUCKET}/csv/' TBLPROPERTIES ('skip.header.line.count' = '1')
    """)
    assert athena.rows("SELECT text FROM quoted")[1:] == []
    athena.run(f"ALTER TABLE quoted ADD IF NOT EXISTS PARTITION (stars = 5) LOCATION 's3://{BUCKET}/csv/stars=5/'")
    assert athena.rows("SELECT text, stars FROM quoted")[1:] == [('so "good"', "5")]
    athena.run("MSCK REPAIR TABLE quoted")
    assert sorted(athena.rows("SHOW PARTITIONS quoted")) == [("stars=1",), ("stars=5",)]
    assert athena.rows("SELECT text FROM quoted WHERE stars = 1")[1:] == [("bad, very bad",)]
    found = session.client("glue").get_partitions(DatabaseName=DATABASE, TableName="quoted", Expression="stars > 1")["Partitions"]
    assert [partition["Values"] for partition in found] == [["5"]]
    athena.run("ALTER TABLE quoted DROP PARTITION (stars = 5)")
    assert athena.rows("SHOW PARTITIONS quoted") == [("stars=1",)]


def test_what_is_no_query_writes_text_without_a_header(athena, s3):
    found = athena.run("SHOW TABLES")
    location = found["ResultConfiguration"]["OutputLocation"]
    assert found["StatementType"] == "UTILITY" and location.endswith(".txt")
    assert "answers" in body(s3, location).splitlines()
    columns = [row[0].split("\t")[0].strip() for row in athena.rows("DESCRIBE answers")]
    assert columns == ["text", "stars", "where"]
    assert athena.run("CREATE OR REPLACE VIEW loved AS SELECT text FROM answers WHERE stars > 3")["StatementType"] == "DDL"
    assert athena.rows("SELECT * FROM loved")[1:] == [("so soft, so warm",)]
    athena.run("DROP VIEW loved")


def test_ctas_insert_and_unload_write_data_and_their_manifests(athena, s3):
    place = f"s3://{BUCKET}/kept/"
    create = f"CREATE TABLE kept WITH (format = 'PARQUET', external_location = '{place}') AS SELECT text, stars FROM answers"
    made = athena.run(create)
    assert (made["StatementType"], made["SubstatementType"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    written = body(s3, made["Statistics"]["DataManifestLocation"]).split()
    assert written and all(uri.startswith(place) for uri in written)
    assert athena.rows("SELECT COUNT(*) FROM kept")[1] == ("3",)
    athena.run("INSERT INTO kept VALUES ('new', 4)")
    assert athena.rows("SELECT COUNT(*), SUM(stars) FROM kept")[1] == ("4", "13")
    taken = athena.fails(create.replace("TABLE kept", "TABLE again"))
    assert taken["AthenaError"]["ErrorCategory"] == 2 and "HIVE_PATH_ALREADY_EXISTS" in taken["StateChangeReason"]
    unloaded = athena.run(f"UNLOAD (SELECT text FROM answers) TO 's3://{BUCKET}/unloaded/' WITH (format = 'JSON')")
    assert unloaded["StatementType"] == "DML"
    assert all(uri.startswith(f"s3://{BUCKET}/unloaded/") for uri in body(s3, unloaded["Statistics"]["DataManifestLocation"]).split())
    athena.run("DROP TABLE kept")
    # An external table's data stay.
    assert keys(s3, "kept/")


def test_a_statement_that_fails_says_why_in_athenas_words(athena):
    syntax = athena.fails("SELEKT 1")
    assert syntax["AthenaError"]["ErrorMessage"] == syntax["StateChangeReason"]
    for sql, word in (
        ("SELECT colour FROM answers", "COLUMN_NOT_FOUND"),
        ("SELECT * FROM nowhere", "TABLE_NOT_FOUND"),
        ("EXPLAIN SELECT 1", "NOT_SUPPORTED"),
        ("CREATE EXTERNAL TABLE answers (a int) LOCATION 's3://data-room/json/'", "AlreadyExists"),
    ):
        failed = athena.fails(sql)
        assert word in failed["StateChangeReason"], failed
        assert failed["AthenaError"]["ErrorCategory"] == 2 and failed["AthenaError"]["Retryable"] is False
    started = athena.start("SELECT * FROM nowhere")
    athena.ended(started)
    with pytest.raises(athena.client.exceptions.InvalidRequestException, match="did not finish successfully"):
        athena.client.get_query_results(QueryExecutionId=started)


def test_a_query_that_runs_is_stopped(athena):
    numbers = "UNNEST(sequence(1, 3000))"
    started = athena.start(f"SELECT COUNT(*) FROM {numbers} AS a (a), {numbers} AS b (b), {numbers} AS c (c) WHERE a * b % 7 = c % 5")
    wait_for("the query to run", lambda: athena.client.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]["State"] == "RUNNING")
    athena.client.stop_query_execution(QueryExecutionId=started)
    assert athena.ended(started)["Status"]["State"] == "CANCELLED"
    # The engine is free again.
    assert athena.rows("SELECT 1")[1:] == [("1",)]


def test_a_workgroup_decides_where_results_go(athena, s3):
    athena.client.create_work_group(
        Name="room", Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/room/"}}, Description="the data room"
    )
    group = athena.client.get_work_group(WorkGroup="room")["WorkGroup"]
    assert group["Configuration"]["EnforceWorkGroupConfiguration"] is True
    found = athena.run("SELECT 1", WorkGroup="room")
    assert found["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{BUCKET}/room/")
    # awswrangler asks the workgroup, too.
    frame = wr.athena.read_sql_query(
        "SELECT stars FROM answers", database=DATABASE, workgroup="room", ctas_approach=False, s3_output=f"s3://{BUCKET}/elsewhere/"
    )
    assert sorted(frame["stars"]) == [1, 3, 5] and keys(s3, "elsewhere/") == []
    with pytest.raises(athena.client.exceptions.InvalidRequestException, match="not empty"):
        athena.client.delete_work_group(WorkGroup="room")
    athena.client.delete_work_group(WorkGroup="room", RecursiveDeleteOption=True)
    assert [each["Name"] for each in athena.client.list_work_groups()["WorkGroups"]] == ["primary"]


def test_pyathena_asks_by_its_cursors(athena):
    connection = pyathena.connect(s3_staging_dir=athena.output, schema_name=DATABASE, poll_interval=0.1)
    cursor = connection.cursor()
    rows = cursor.execute("SELECT text, stars FROM answers WHERE stars > %(least)d ORDER BY stars", {"least": 1}).fetchall()
    assert rows == [(None, 3), ("so soft, so warm", 5)]
    assert [column[:2] for column in cursor.description] == [("text", "varchar"), ("stars", "integer")]
    assert cursor.execute("SELECT stars FROM answers WHERE stars = ?", ["5"], paramstyle="qmark").fetchall() == [(5,)]
    assert cursor.execute("SHOW TABLES").fetchall() == [("answers",), ("quoted",)]
    assert [table.name for table in cursor.list_table_metadata()] == ["answers", "quoted"]
    assert [column.name for column in cursor.get_table_metadata("answers").columns] == ["text", "stars", "where"]
    assert DATABASE in [database.name for database in cursor.list_databases("AwsDataCatalog")]
    frame = connection.cursor(PandasCursor).execute("SELECT stars, text FROM answers ORDER BY stars").as_pandas()
    assert frame["stars"].to_list() == [1, 3, 5]
    with pytest.raises(pyathena.error.OperationalError, match="TABLE_NOT_FOUND"):
        cursor.execute("SELECT * FROM nowhere")


def test_the_bus_tells_of_each_change_of_state(athena, session):
    sqs, events = session.client("sqs"), session.client("events")
    queue = sqs.create_queue(QueueName="athena-changes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [allowed]})})
    events.put_rule(Name="athena-changes", EventPattern=json.dumps({"source": ["aws.athena"]}))
    events.put_targets(Rule="athena-changes", Targets=[{"Id": "queue", "Arn": arn}])
    execution, told = athena.run("SELECT 1")["QueryExecutionId"], []

    def look():
        for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
            event = json.loads(message["Body"])
            if event["detail"]["queryExecutionId"] == execution:
                told.append((event["detail"].get("previousState"), event["detail"]["currentState"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return len(told) == 3

    wait_for("the events", look)
    assert sorted(told, key=str) == sorted([(None, "QUEUED"), ("QUEUED", "RUNNING"), ("RUNNING", "SUCCEEDED")], key=str)
    events.remove_targets(Rule="athena-changes", Ids=["queue"])
    events.delete_rule(Name="athena-changes")
    sqs.delete_queue(QueueUrl=queue)
