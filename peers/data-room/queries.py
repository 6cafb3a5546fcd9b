"""The labs' queries through Amazon Athena of local-aws, beside DuckDB, both on one Parquet file.

A query is timed from StartQueryExecution until its result's CSV is read from S3. DuckDB computes in this process and
writes a CSV, too. The results must be equal. DataFusion, which computes, is not ours; the way to it is: `SELECT 1` says
what that costs.
"""

import csv
import io
import math
import os
import pathlib
import sys
import tempfile
import time
import tomllib
from collections import Counter

import duckdb
import pyarrow
import pyarrow.parquet
import sqlglot
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from _aws import LocalAws
from _measure import FOLDER, TARGET, alternate, grown, made, reviews, say, table

ROWS = int(os.environ.get("QUERY_ROWS", 2_000_000))
BUCKET, TABLE = "queries", "reviews"
COLUMNS = {"sentiment": "int", "review_body": "string", "product_category": "string"}
SCHEMA = pyarrow.schema([("sentiment", "int32"), ("review_body", "string"), ("product_category", "string")])
LABS = tomllib.loads(pathlib.Path("tests/clients/sql/queries.toml").read_text())["query"]
QUERIES = {"SELECT 1": "SELECT 1 AS one"} | {each["name"]: each["sql"] for each in LABS if "lab" in each}
ENGINES = {
    "optimised": TARGET / "sql-engine/release/sql-engine",
    "as built": TARGET / "sql-engine/debug/sql-engine",
}


def transformed():
    """Lab 1's rows: sentiment, text and category, of categories with more than ten."""
    header, rows = reviews()
    text, stars, category = (header.index(name) for name in ["Review Text", "Rating", "Class Name"])
    rows = [row for row in rows if row[text] and row[category]]
    counts = Counter(row[category] for row in rows)
    spaced = str.maketrans(",\r\n", "   ")
    return [
        ((int(row[stars]) > 3) - (int(row[stars]) < 3), row[text].translate(spaced), row[category])
        for row in rows
        if counts[row[category]] > 10
    ]


def write(path, number):
    columns = zip(*grown(transformed(), number, 1), strict=True)
    found = pyarrow.table([pyarrow.array(column) for column in columns], schema=SCHEMA)
    # DuckDB's own groups: either engine has them to share out among its threads.
    pyarrow.parquet.write_table(found, path, row_group_size=122_880)


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


def equal(ours, theirs):
    """Whether the rows are the same in any order; an average's last digits may differ."""
    if len(ours) != len(theirs):
        return False
    if len(ours[0]) == 1:
        ours, theirs = sorted(ours), sorted(theirs)
    return all(
        one == other or math.isclose(float(one), float(other), rel_tol=1e-9)
        for row, its in zip(ours, theirs, strict=True)
        for one, other in zip(row, its, strict=True)
    )


def round_of(contender, expected):
    """Every query once."""
    figures = {}
    for name, sql in QUERIES.items():
        found, rows = contender.ask(sql)
        if not equal(rows, expected.setdefault(name, rows)):
            sys.exit(f"{name}: the results of {type(contender).__name__} are not DuckDB's")
        figures |= {f"{name}, {part}": milliseconds for part, milliseconds in found.items()}
    return figures


def measured(file, database, clouds):
    contenders = {"DuckDB": Duck(file)}
    contenders |= {name: Athena(aws, file, database) for name, aws in clouds.items()}
    expected = {}
    for name, contender in contenders.items():
        say(f"{name}: warming up on {file.name}")
        round_of(contender, expected)
    return alternate({name: lambda it=it: round_of(it, expected) for name, it in contenders.items()})


def main():
    medians = {}
    with tempfile.TemporaryDirectory() as folder:
        clouds = {}
        try:
            for name, engine in ENGINES.items():
                clouds[name] = LocalAws(pathlib.Path(folder, name.replace(" ", "-")), engine)
                clouds[name].client("s3").create_bucket(Bucket=BUCKET)
            for number in [len(transformed()), ROWS]:
                file = made(FOLDER / f"labs-{number}.parquet", lambda path, number=number: write(path, number))
                medians[number] = measured(file, f"labs_{number}", clouds)
        finally:
            for aws in clouds.values():
                aws.stop()
    rows = []
    for number, found in medians.items():
        for name in QUERIES:
            duck, built = found["DuckDB"][f"{name}, whole"], found["as built"][f"{name}, whole"]
            whole, engine = (found["optimised"][f"{name}, {part}"] for part in ["whole", "engine"])
            shown = [duck, whole, engine, whole - engine, built]
            rows.append([f"{number:,} rows: {name}", *(f"{milliseconds:,.0f}" for milliseconds in shown)])
    header = ["query, ms", "DuckDB 2.0", "Athena, whole", "its engine", "around it", "with the engine as built"]
    table("The labs' queries on Parquet", header, rows, medians)


main()
