"""Trino's spelling, by difference: each query of sql/queries.toml through sqlglot to DuckDB, and through the engine."""

import os
import re
import subprocess
import time
import tomllib
from pathlib import Path

import duckdb
import pytest
import sqlglot
from conftest import ROOT, TARGET
from sql.compare import difference, rows_of
from sql.engine import Engine, Refused
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

import reviews as synthetic

BUCKET = "sql-difference"
QUERIES = tomllib.loads((ROOT / "tests/clients/sql/queries.toml").read_text())["query"]
REAL = Path(os.environ.get("REVIEWS_CSV", ROOT.parent / "shared/data/womens-clothing-reviews.csv"))
MOST_REFUSED = 8
# The bar of a laptop's first hour: each of the labs' queries, unoptimised, on the real file.
SECONDS = 2

LAZY = {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", "Parameters": {"field.delim": ","}}
PARQUET = {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", "Parameters": {}}
REVIEWS = {"sentiment": "int", "review_body": "string", "product_category": "string", "rating": "int"}
SMALL = {
    "id": "int", "name": "string", "amount": "double", "price": "decimal(10,2)", "n": "bigint", "day": "date", "moment": "timestamp",
    "tags": "array<string>", "scores": "array<int>", "attributes": "map<string,string>", "note": "string", "active": "boolean",
}  # fmt: skip


def glue_table(name, columns, serde, **parameters):
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": kind} for column, kind in columns.items()],
            "Location": f"s3://{BUCKET}/{name}/",
            "SerdeInfo": serde,
        },
    }


TABLES = [glue_table("reviews", REVIEWS, LAZY, **{"skip.header.line.count": "1"}), glue_table("small", SMALL, PARQUET)]


@pytest.fixture(scope="module")
def engine(aws):
    """Built here: it is outside the default build, as DataFusion takes minutes."""
    manifest, target = ROOT / "local-aws/sql-engine/Cargo.toml", TARGET / "sql-engine"
    start = time.monotonic()
    subprocess.run(["cargo", "build", "--locked", "--quiet", "--manifest-path", manifest, "--target-dir", target], check=True)
    program = target / os.environ.get("CARGO_BUILD_TARGET", "") / "debug/sql-engine"
    print(f"\nthe engine: {time.monotonic() - start:.0f} s of building, {program.stat().st_size / 1e6:.0f} MB")
    engine = Engine(program, aws.variables)
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def duck(tmp_path_factory):
    """The tables in DuckDB: the labs' transform of the reviews, and the hand-made table."""
    source = REAL
    if not source.exists():
        print("\nno shared/data: the reviews are synthetic")
        source = tmp_path_factory.mktemp("reviews") / "reviews.csv"
        source.write_text(synthetic.csv(900))
    duck = duckdb.connect()
    duck.execute((ROOT / "tests/clients/sql/small.sql").read_text())
    duck.execute(
        """
        CREATE TABLE reviews AS
        SELECT (CASE WHEN Rating < 3 THEN -1 WHEN Rating = 3 THEN 0 ELSE 1 END)::INTEGER AS sentiment,
            replace(regexp_replace("Review Text", '[\\r\\n]', ' ', 'g'), ',', ' ') AS review_body,
            "Class Name" AS product_category, Rating::INTEGER AS rating
        FROM read_csv(?, header = true, all_varchar = true, parallel = false)
        WHERE "Review Text" <> '' AND "Class Name" <> ''
        """.replace("Rating <", "Rating::INTEGER <").replace("Rating =", "Rating::INTEGER ="),
        [str(source)],
    )
    return duck


@pytest.fixture(scope="module")
def s3(aws, duck, tmp_path_factory):
    """The same tables in S3."""
    folder = tmp_path_factory.mktemp("tables")
    duck.execute(f"COPY small TO '{folder}/small.parquet' (FORMAT parquet)")
    lines = [",".join(REVIEWS), *(",".join(map(str, row)) for row in duck.execute("SELECT * FROM reviews").fetchall())]
    s3 = aws.session().client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.upload_file(f"{folder}/small.parquet", BUCKET, "small/rows.parquet")
    s3.put_object(Bucket=BUCKET, Key="reviews/rows.csv", Body="\n".join(lines).encode())
    return s3


@pytest.fixture(scope="module")
def ask(engine, s3):
    def ask(sql, tables=TABLES, **more):
        answer = engine.run({
            "id": f"query-{time.monotonic_ns()}",
            "statement": sql,
            "database": "lab",
            "output": f"s3://{BUCKET}/results/",
            "databases": {"lab": {"tables": tables, **more.pop("definitions", {})}},
            **more,
        })  # fmt: skip
        key = answer["output_location"].removeprefix(f"s3://{BUCKET}/")
        return answer, s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() if "." in key else ""

    return ask


def to_duckdb(sql):
    """With the columns' types, sqlglot knows a division of integers."""
    schema = {"small": SMALL, "reviews": REVIEWS}
    tree = annotate_types(qualify(sqlglot.parse_one(sql, read="athena"), schema=schema, dialect="athena", quote_identifiers=False), schema=schema, dialect="athena")
    return tree.sql("duckdb")


def test_queries_are_equal_or_refused_by_name(ask, duck):
    equal, refused, wrong, times, slow = [], [], [], [], []
    for query in QUERIES:
        name, sql = query["name"], query["sql"]
        start = time.monotonic()
        try:
            _, csv = ask(sql)
        except Refused as refusal:
            (refused if str(refusal).startswith("NOT_SUPPORTED") else wrong).append(f"{name}: {refusal}")
            continue
        seconds = time.monotonic() - start
        if "lab" in query:
            times.append(f"{seconds:.2f}")
            slow += [name] if seconds > SECONDS else []
        ours = rows_of(csv)[1:]
        if "trino" in query:
            theirs = [[None if value == "NULL" else value for value in row] for row in query["trino"]]
        else:
            try:
                theirs = duck.execute(to_duckdb(sql)).fetchall()
            except duckdb.Error as error:
                wrong.append(f"{name}: DuckDB has no answer, and `trino` is missing: {error}; ours: {ours[:9]}")
                continue
        in_order = re.search(r"\bORDER BY\b(?!.*\))", sql) is not None
        found = difference(ours, theirs, in_order)
        (equal if found is None else wrong).append(f"{name}: {found}")
    print(f"\n{len(equal)} equal, {len(refused)} refused, {len(wrong)} wrong of {len(QUERIES)}; the labs' in {times} s")
    for line in refused + wrong:
        print(f"  {line}")
    assert not wrong
    assert len(refused) <= MOST_REFUSED
    assert not slow


@pytest.mark.parametrize(
    "sql, row",
    [
        # DataFusion's own meaning of each differs.
        ("SELECT 'a\\_b' LIKE 'a\\_b', 'a%b' LIKE 'a#%b' ESCAPE '#'", ["true", "true"]),
        ("SELECT TRIM(' \t x\n'), LTRIM('\tx'), TRIM(BOTH 'a' FROM 'aba')", ["x", "x", "b"]),
        ("SELECT CAST('abcdef' AS VARCHAR(3)), REPLACE('banana', 'an')", ["abc", "ba"]),
        ("SELECT is_nan(0e0 / 0), SQRT(2.25), ROUND(2.345, 2), ROUND(-0.5e0)", ["true", "1.5", "2.350", "-1.0"]),
        ("SELECT 0.001e0, 0.0009e0, 1e7, 9999999e0, -100e0, -0e0", ["0.001", "9.0E-4", "1.0E7", "9999999.0", "-100.0", "-0.0"]),
        ("SELECT GREATEST(1, NULL), LEAST(2, 1), CONCAT('a', NULL)", [None, "1", None]),
        ("SELECT from_unixtime(0), to_unixtime(TIMESTAMP '1970-01-01 00:00:01.500')", ["1970-01-01 00:00:00.000 UTC", "1.5"]),
        ("SELECT row_number() OVER () - 5, typeof(COUNT(*)) FROM (VALUES (1)) AS t(x) GROUP BY x", ["-4", "bigint"]),
        ("SELECT COALESCE(TRY(CAST('x' AS INTEGER)), 7), TRY(date_parse('x', '%Y'))", ["7", None]),
        ("SELECT date_diff('month', DATE '2026-01-31', DATE '2026-02-28'), date_add('day', -1, DATE '2026-03-01')", ["1", "2026-02-28"]),
        ("SELECT map_agg(x, y)['b'], histogram(x)['a'] FROM (VALUES ('a', 1), ('b', 2)) AS t(x, y)", ["2", "1"]),
        ("SELECT U&'\\00e9', AVG(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES (1)) AS t(x)", ["é", "1.0"]),
        ("SELECT COUNT(*), COUNT(*) FROM (VALUES (1), (2)) AS t(x)", ["2", "2"]),
        ("SELECT k, v FROM UNNEST(MAP(ARRAY['a'], ARRAY[1])) AS t(k, v)", ["a", "1"]),
        ("SELECT x, y FROM (VALUES (1)) AS s(x) LEFT JOIN UNNEST(filter(ARRAY[1], z -> z > 1)) AS t(y) ON TRUE", ["1", None]),
        ("SELECT CAST(ARRAY['1', '2'] AS ARRAY(INTEGER))[2], listagg(x, '-') WITHIN GROUP (ORDER BY x DESC) FROM (VALUES ('a'), ('b')) AS t(x)", ["2", "b-a"]),
    ],
)
def test_a_trap_is_answered_as_trino_does(ask, sql, row):
    assert rows_of(ask(sql)[1])[1:] == [row]


def test_columns_have_athenas_names_and_types(ask):
    answer, text = ask("SELECT 1, 1.50 AS Price, COUNT(*) AS n, MAX(tags) AS tags FROM small")
    assert [(column["name"], column["type"]) for column in answer["columns"]] == [
        ("_col0", "integer"),
        ("Price", "decimal"),
        ("n", "bigint"),
        ("tags", "array"),
    ]
    assert text.splitlines()[0] == '"_col0","Price","n","tags"'


class Catalogue:
    """The Glue tables of one database, changed as the engine's answers ask."""

    def __init__(self, ask):
        self.ask, self.tables, self.partitions = ask, {}, {}

    def run(self, sql, **more):
        answer, text = self.ask(sql, list(self.tables.values()), definitions={"partitions": self.partitions}, **more)
        for change in answer["changes"]:
            [(action, request)] = change.items()
            match action:
                case "CreateTable" | "UpdateTable":
                    self.tables[request["TableInput"]["Name"]] = request["TableInput"]
                case "DeleteTable":
                    del self.tables[request["Name"]]
                case "BatchCreatePartition":
                    self.partitions.setdefault(request["TableName"], []).extend(request["PartitionInputList"])
                case _:
                    raise AssertionError(f"no such change was expected: {change}")
        return answer, text

    def rows(self, sql, **more):
        return rows_of(self.run(sql, **more)[1])[1:]


@pytest.fixture
def catalogue(ask):
    return Catalogue(ask)


def put(s3, key, text):
    s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())


def test_quotes_stay_in_a_value_of_lazy_simple_serde(s3, catalogue):
    put(s3, "lazy/rows.csv", 'a,b\n"x",1\nit\\,s,\\N\n,3\n')
    catalogue.run(f"""
        CREATE EXTERNAL TABLE IF NOT EXISTS lazy (a string, `b` int COMMENT 'a number')
        ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\\\'
        LOCATION 's3://{BUCKET}/lazy/' TBLPROPERTIES ('skip.header.line.count'='1')""")
    assert catalogue.rows("SELECT a, b FROM lazy") == [['"x"', "1"], ["it,s", None], ["", "3"]]


def test_quotes_hold_a_value_of_open_csv_serde(s3, catalogue):
    put(s3, "quoted/rows.csv", '"x, y","1"\n"say ""hi""",2\n')
    catalogue.run(f"""
        CREATE EXTERNAL TABLE quoted (a string, b string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
        WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"') LOCATION 's3://{BUCKET}/quoted/'""")
    assert catalogue.rows("SELECT * FROM quoted") == [["x, y", "1"], ['say "hi"', "2"]]


def test_json_has_maps_arrays_and_rows(s3, catalogue):
    put(s3, "json/rows.json", '{"A": 1, "fields": {"x": "y"}, "list": [1, 2], "inner": {"b": "c"}}\n{"a": null}\n')
    catalogue.run(f"""
        CREATE EXTERNAL TABLE events (a int, fields map<string,string>, list array<int>, `inner` struct<b:string>)
        ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://{BUCKET}/json/'""")
    rows = catalogue.rows("SELECT a, fields, list, \"inner\", fields['x'] FROM events WHERE a IS NOT NULL")
    assert rows == [["1", "{x=y}", "[1, 2]", "{b=c}", "y"]]


def test_partitions_are_found_added_and_pruned(s3, catalogue):
    put(s3, "parted/kind=Fine gauge/rows.csv", "1\n2\n")
    put(s3, "parted/kind=Knits/rows.csv", "3\n")
    put(s3, "elsewhere/rows.csv", "4\n")
    catalogue.run(f"""
        CREATE EXTERNAL TABLE parted (n int) PARTITIONED BY (kind string)
        ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://{BUCKET}/parted/'""")
    catalogue.run("MSCK REPAIR TABLE `parted`")
    assert catalogue.run("SHOW PARTITIONS parted")[1] == "kind=Fine gauge\nkind=Knits\n"
    catalogue.run(f"ALTER TABLE parted ADD PARTITION (kind = 'Tops') LOCATION 's3://{BUCKET}/elsewhere/'")
    assert catalogue.rows("SELECT kind, SUM(n) FROM parted GROUP BY kind ORDER BY kind") == [["Fine gauge", "3"], ["Knits", "3"], ["Tops", "4"]]
    answer, text = catalogue.run("SELECT n FROM parted WHERE kind = 'Knits'")
    assert rows_of(text)[1:] == [["3"]] and answer["scanned_bytes"] == 2
    assert catalogue.rows("SELECT \"$path\" FROM parted WHERE kind = 'Knits'") == [[f"s3://{BUCKET}/parted/kind=Knits/rows.csv"]]


def test_partitions_are_projected(s3, catalogue):
    put(s3, "projected/run-7/3/rows.csv", "1\n")
    put(s3, "projected/run-8/3/rows.csv", "2\n")
    catalogue.run(f"""
        CREATE EXTERNAL TABLE projected (n int) PARTITIONED BY (run string, part int)
        ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://{BUCKET}/projected/'
        TBLPROPERTIES ('projection.enabled'='true', 'projection.run.type'='injected', 'projection.part.type'='integer',
            'projection.part.range'='1,4', 'storage.location.template'='s3://{BUCKET}/projected/${{run}}/${{part}}/')""")
    assert catalogue.rows("SELECT n, run, part FROM projected WHERE run = 'run-8'") == [["2", "run-8", "3"]]
    with pytest.raises(Refused, match="CONSTRAINT_VIOLATION"):
        catalogue.rows("SELECT n FROM projected")


def test_a_manifest_names_the_objects(s3, catalogue):
    put(s3, "links/manifest", f"s3://{BUCKET}/small/rows.parquet\n")
    table = glue_table("links", SMALL, PARQUET)
    table["StorageDescriptor"]["InputFormat"] = "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat"
    catalogue.tables["links"] = table
    assert catalogue.rows("SELECT COUNT(*), COUNT(name) FROM links") == [["8", "7"]]


@pytest.mark.parametrize("format", ["PARQUET", "TEXTFILE", "JSON"])
def test_a_table_is_made_of_a_query_and_added_to(s3, catalogue, format):
    name = f"made_{format.lower()}"
    location = f"s3://{BUCKET}/{name}-{time.monotonic_ns()}/"
    properties = f"format = '{format}', external_location = '{location}', partitioned_by = ARRAY['kind']"
    answer, _ = catalogue.run(f"CREATE TABLE {name} WITH ({properties}) AS SELECT 1 AS n, 'ü' AS text, 'Fine gauge' AS kind")
    assert (answer["statement_type"], answer["substatement_type"]) == ("DDL", "CREATE_TABLE_AS_SELECT")
    assert answer["manifest_location"].endswith("-manifest.csv")
    catalogue.run(f"INSERT INTO {name} SELECT 2, CAST(NULL AS VARCHAR), 'b'")
    catalogue.run(f"INSERT INTO {name} (kind, n) VALUES ('b', 3)")
    rows = catalogue.rows(f"SELECT n, text, kind FROM {name} ORDER BY n")
    assert rows == [["1", "ü", "Fine gauge"], ["2", None, "b"], ["3", None, "b"]]
    with pytest.raises(Refused, match="HIVE_PATH_ALREADY_EXISTS"):
        catalogue.run(f"UNLOAD (SELECT 1 AS n) TO '{location}' WITH (format = 'PARQUET')")


def test_unload_writes_what_the_manifest_lists(s3, catalogue):
    location = f"s3://{BUCKET}/unloaded-{time.monotonic_ns()}/"
    answer, _ = catalogue.run(f"UNLOAD (SELECT 'a)' AS x) TO '{location}' WITH (format = 'JSON')")
    manifest = s3.get_object(Bucket=BUCKET, Key=answer["manifest_location"].removeprefix(f"s3://{BUCKET}/"))["Body"].read().decode()
    [uri] = manifest.split()
    assert uri.startswith(location)
    assert s3.get_object(Bucket=BUCKET, Key=uri.removeprefix(f"s3://{BUCKET}/"))["Body"].read() == b'{"x":"a)"}\n'


def test_views_are_kept_as_athena_keeps_them(catalogue):
    catalogue.tables["small"] = TABLES[1]
    catalogue.run("CREATE VIEW named AS SELECT id, name FROM small WHERE name <> ''")
    catalogue.run("CREATE OR REPLACE VIEW counted AS SELECT COUNT(*) AS named FROM named")
    assert catalogue.tables["counted"]["ViewOriginalText"].startswith("/* Presto View: ")
    assert catalogue.rows("SELECT named FROM counted") == [["6"]]
    catalogue.run("DROP VIEW named")
    with pytest.raises(Refused, match="INVALID_VIEW"):
        catalogue.rows("SELECT * FROM counted")


def test_a_statement_has_parameters(catalogue):
    catalogue.tables["small"] = TABLES[1]
    sql = "SELECT id, '?' AS mark FROM small WHERE name = ? OR id = ? ORDER BY id"
    assert catalogue.rows(sql, parameters=["'Dress'", "1"]) == [["1", "?"], ["6", "?"]]


def test_the_catalogue_is_shown(catalogue):
    catalogue.tables["small"] = TABLES[1]
    assert catalogue.run("SHOW TABLES")[1] == "small\n"
    assert catalogue.run("SHOW TABLES IN `lab` 'r*'")[1] == ""
    assert catalogue.run("SHOW DATABASES")[1] == "lab\n"
    assert [line.split() for line in catalogue.run("DESCRIBE `lab.small`")[1].splitlines()][:2] == [["id", "int"], ["name", "string"]]
    assert catalogue.run("SHOW COLUMNS IN small")[1].split()[:2] == ["id", "name"]


@pytest.mark.parametrize(
    "sql, message",
    [
        ("SELECT nothing FROM small", "COLUMN_NOT_FOUND: line 1:8: Column 'nothing' cannot be resolved"),
        ("SELECT 1 FROM nowhere", "TABLE_NOT_FOUND: "),
        ("SELECT FROM WHERE", "SYNTAX_ERROR: line 1:"),
        ("SELECT 1 / 0", "DIVISION_BY_ZERO: Division by zero"),
        ("SELECT 2147483647 + 1", "NUMERIC_VALUE_OUT_OF_RANGE"),
        ("SELECT SUM(x) FROM (VALUES (9223372036854775807), (1)) AS t(x)", "NUMERIC_VALUE_OUT_OF_RANGE"),
        ("SELECT CAST('x' AS INTEGER)", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to INTEGER"),
        ("SELECT id FROM small WHERE name = 1", "TYPE_MISMATCH: Cannot apply operator: varchar = integer"),
        ("SELECT CASE WHEN id > 0 THEN 'a' ELSE 1 END FROM small", "TYPE_MISMATCH: "),
        ("SELECT COALESCE(name, 1) FROM small WHERE id IN ('1')", "TYPE_MISMATCH: "),
        ("SELECT day - DATE '2026-01-01' FROM small", "NOT_SUPPORTED: a difference of dates"),
        ("SELECT ARRAY[1][2]", "INVALID_FUNCTION_ARGUMENT: Array subscript"),
        ("SELECT checksum(id) FROM small", "NOT_SUPPORTED: function checksum"),
        ("SELECT regexp_like('a', '(?=a)')", "NOT_SUPPORTED: regular expression"),
        ("SELECT `id` FROM small", "SYNTAX_ERROR: line 1:8: backquoted identifiers are not supported"),
        ("MERGE INTO small USING small ON true", "NOT_SUPPORTED: MERGE"),
        ("CREATE EXTERNAL TABLE x (a uniontype<int>) LOCATION 's3://b/x/'", "NOT_SUPPORTED: type uniontype<int>"),
    ],
)
def test_an_error_has_athenas_name(catalogue, sql, message):
    catalogue.tables["small"] = TABLES[1]
    with pytest.raises(Refused, match="^" + re.escape(message)):
        catalogue.run(sql)
