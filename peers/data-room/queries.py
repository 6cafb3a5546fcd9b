"""The labs' queries through Amazon Athena of local-aws, beside DuckDB, both on one Parquet file.

A query is timed from StartQueryExecution until its result's CSV is read from S3. DuckDB computes in this process and
writes a CSV, too. The results must be equal. DataFusion, which computes, is not ours; the way to it is: `SELECT 1` says
what that costs. The engine's time is Athena's EngineExecutionTimeInMillis: it reads the table from S3, computes, and writes the
result to S3.
"""

import csv
import io
import os
import pathlib
import sys
import tempfile
import time

import duckdb
import sqlglot
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from _aws import LocalAws
from _labs import COLUMNS, QUERIES, equal, transformed, write
from _measure import FOLDER, TARGET, alternate, made, say, table

ROWS = int(os.environ.get("QUERY_ROWS", 2_000_000))
BUCKET, TABLE = "queries", "reviews"
# See `benchmark`.
ENGINE = os.environ["ENGINE"]
PROGRAM = TARGET / "sql-engine" / {"optimised": "release", "as-built": "debug"}[ENGINE] / "sql-engine"


class Duck:
    def __init__(self, file):
        self.connection = duckdb.connect()
        self.connection.execute(f"CREATE VIEW {TABLE} AS SELECT * FROM read_parquet('{file}')")
        self.result = FOLDER / "result.csv"

    def ask(self, sql):
        """Milliseconds, and the result's rows."""
        names = {TABLE: COLUMNS}
        tree = qualify(sqlglot.parse_one(sql, read="athena"), schema=names, dialect="athena", quote_identifiers=False)
        # With the columns' types, sqlglot knows a division of integers.
        theirs = annotate_types(tree, schema=names, dialect="athena").sql("duckdb")
        begun = time.perf_counter()
        self.connection.execute(f"COPY ({theirs}) TO '{self.result}' (FORMAT csv)")
        text = self.result.read_text()
        return {"whole": 1000 * (time.perf_counter() - begun)}, rows_of(text)


class Athena:
    def __init__(self, aws, file, database):
        self.athena, self.s3, self.database = aws.client("athena"), aws.client("s3"), database
        key = f"{database}/{TABLE}/rows.parquet"
        self.s3.upload_file(str(file), BUCKET, key)
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        self.ask(f"CREATE DATABASE {database}", "default")
        self.ask(
            f"CREATE EXTERNAL TABLE {TABLE} ({columns}) STORED AS PARQUET LOCATION 's3://{BUCKET}/{database}/{TABLE}/'"
        )

    def ask(self, sql, database=None):
        """Milliseconds: the whole, of it the engine's; and the result's rows."""
        begun = time.perf_counter()
        execution = self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": database or self.database},
            ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
        )["QueryExecutionId"]
        found = self.ended(execution)
        if found["Status"]["State"] != "SUCCEEDED":
            sys.exit(f"{sql}: {found['Status']}")
        text = ""
        if found["ResultConfiguration"]["OutputLocation"].endswith(".csv"):
            text = self.s3.get_object(Bucket=BUCKET, Key=f"results/{execution}.csv")["Body"].read().decode()
        whole = 1000 * (time.perf_counter() - begun)
        return {"whole": whole, "engine": found["Statistics"]["EngineExecutionTimeInMillis"]}, rows_of(text)

    def ended(self, execution):
        while True:
            found = self.athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            if found["Status"]["State"] in {"SUCCEEDED", "FAILED", "CANCELLED"}:
                return found
            time.sleep(0.002)


def rows_of(text):
    return list(csv.reader(io.StringIO(text)))[1:]


def round_of(contender, expected):
    """Every query once."""
    figures = {}
    for name, sql in QUERIES.items():
        found, rows = contender.ask(sql)
        if not equal(rows, expected.setdefault(name, rows)):
            sys.exit(f"{name}: the results of {type(contender).__name__} are not DuckDB's")
        figures |= {f"{name}, {part}": milliseconds for part, milliseconds in found.items()}
    return figures


def main():
    medians = {}
    real = len(transformed())
    with tempfile.TemporaryDirectory() as folder:
        aws = LocalAws(pathlib.Path(folder, "aws"), PROGRAM)
        try:
            aws.client("s3").create_bucket(Bucket=BUCKET)
            for number in dict.fromkeys([real, ROWS]):
                file = made(FOLDER / f"labs-{number}.parquet", lambda path, number=number: write(path, number))
                contenders, expected = {"duck": Duck(file), "athena": Athena(aws, file, f"labs_{number}")}, {}
                if number == real:
                    say("warming up")
                    for contender in contenders.values():
                        round_of(contender, expected)
                medians[number] = alternate(
                    {name: lambda it=it: round_of(it, expected) for name, it in contenders.items()}
                )
        finally:
            aws.stop()
    rows = []
    for number, found in medians.items():
        for name in QUERIES:
            duck, whole = (found[it][f"{name}, whole"] for it in ["duck", "athena"])
            engine = found["athena"][f"{name}, engine"]
            shown = [duck, whole, engine, whole - engine]
            rows.append([f"{number:,} rows: {name}", *(f"{milliseconds:,.0f}" for milliseconds in shown)])
    header = ["query, ms", "DuckDB 2.0", "Athena, whole", "its engine", "around it"]
    table(f"The labs' queries on Parquet, the SQL engine {ENGINE}", header, rows, medians)


main()
