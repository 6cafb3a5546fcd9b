"""The labs' reviews as their lab 1 has them, and Athena as a person asks it by boto3."""

import os
import time
from pathlib import Path

import pandas

import reviews as synthetic
from programs import ROOT

REAL = Path(os.environ.get("REVIEWS_CSV", ROOT.parent / "shared/data/womens-clothing-reviews.csv"))
# The engine is built at the first statement.
PATIENCE = 1200
ENDED = {"SUCCEEDED", "FAILED", "CANCELLED"}


def transformed(folder):
    """Sentiment, text and category of each review; commas and line ends in texts are spaces."""
    source = REAL
    if not source.exists():
        source = folder / "reviews.csv"
        source.write_text(synthetic.csv(900))
    rows = pandas.read_csv(source).dropna(subset=["Review Text", "Class Name"])
    sentiment = rows["Rating"].map(lambda stars: -1 if stars < 3 else 0 if stars == 3 else 1)
    body = rows["Review Text"].str.replace(r"[,\r\n]", " ", regex=True)
    found = pandas.DataFrame({"sentiment": sentiment, "review_body": body, "product_category": rows["Class Name"]})
    found = found.groupby("product_category").filter(lambda group: len(group) > 10)
    return found.reset_index(drop=True)


class Athena:
    """Athena by boto3."""

    def __init__(self, session, output, database):
        self.client, self.output, self.database = session.client("athena"), output, database

    def start(self, sql, **more):
        wanted = {"ResultConfiguration": {"OutputLocation": self.output}, "QueryExecutionContext": {"Database": self.database}}
        return self.client.start_query_execution(QueryString=sql, **{**wanted, **more})["QueryExecutionId"]

    def ended(self, execution):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.client.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            if found["Status"]["State"] in ENDED:
                return found
            time.sleep(0.1)
        raise AssertionError(f"the query {execution} did not end")

    def run(self, sql, **more):
        """The execution of a statement that succeeds."""
        found = self.ended(self.start(sql, **more))
        assert found["Status"]["State"] == "SUCCEEDED", (sql, found["Status"])
        return found

    def fails(self, sql, **more):
        found = self.ended(self.start(sql, **more))
        assert found["Status"]["State"] == "FAILED", found
        return found["Status"]

    def rows(self, sql, **more):
        """All rows, the header's first where there is one; None for null."""
        execution = self.run(sql, **more)["QueryExecutionId"]
        pages = self.client.get_paginator("get_query_results").paginate(QueryExecutionId=execution)
        rows = [row["Data"] for page in pages for row in page["ResultSet"]["Rows"]]
        return [tuple(field.get("VarCharValue") for field in row) for row in rows]
