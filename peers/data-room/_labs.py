"""Lab 1's rows as a Parquet file, its queries, and what is the same answer."""

import math
import pathlib
import tomllib
from collections import Counter

import pyarrow
import pyarrow.parquet

from _measure import grown, reviews

COLUMNS = {"sentiment": "int", "review_body": "string", "product_category": "string"}
SCHEMA = pyarrow.schema([("sentiment", "int32"), ("review_body", "string"), ("product_category", "string")])
WRITTEN = tomllib.loads(pathlib.Path("tests/clients/sql/queries.toml").read_text())["query"]
QUERIES = {"SELECT 1": "SELECT 1 AS one"} | {each["name"]: each["sql"] for each in WRITTEN if "lab" in each}


def transformed():
    """Sentiment, text and category of each review, of categories with more than ten."""
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


def equal(ours, theirs):
    """Whether the rows are the same. The texts' words come in any order; of an average the last digits may differ."""
    if len(ours) != len(theirs):
        return False
    if len(ours[0]) == 1:
        ours, theirs = sorted(ours), sorted(theirs)
    pairs = ((row, its) for row, its in zip(ours, theirs, strict=True) if row != its)
    return all(near(one, other) for row, its in pairs for one, other in zip(row, its, strict=True))


def near(one, other):
    try:
        return one == other or math.isclose(float(one), float(other), rel_tol=1e-9)
    except ValueError:
        return False
