"""The rows of DuckDB and the rows that the engine wrote, as texts that can be compared."""

import datetime
import decimal
import math


def rows_of(csv):
    """The rows of ID.csv. A value without quotes is null, which Python's csv module does not tell from an empty text."""
    rows, row, at = [], [], 0
    while at < len(csv):
        if csv[at] == '"':
            value, at = "", at + 1
            while True:
                end = csv.index('"', at)
                value += csv[at:end]
                at = end + 1
                if csv[at : at + 1] != '"':
                    break
                value, at = value + '"', at + 1
        else:
            value = None
        row.append(value)
        if csv[at] == "\n":
            rows.append(row)
            row = []
        at += 1
    return rows


def same(text, value):
    """Whether a printed value is DuckDB's value."""
    if text is None or value is None:
        return text is None and value is None
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, (int, float, decimal.Decimal)):
        try:
            return math.isclose(float(text), float(value), rel_tol=1e-12, abs_tol=1e-12)
        except ValueError:
            return False
    # DuckDB makes a timestamp of a date that it truncates or adds to; Trino's stays a date.
    if isinstance(value, datetime.datetime) and value.time() == datetime.time() and text == str(value.date()):
        return True
    return text == printed(value)


def printed(value):
    """A value as Athena prints it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case datetime.datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case dict():
            return "{" + ", ".join(f"{key}={printed(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(printed(item) for item in value) + "]"
        case _:
            return str(value)


def ordered(rows):
    return sorted(rows, key=lambda row: [str(value) for value in row])


def difference(ours, theirs, in_order):
    """None, where the rows are equal; otherwise the first that are not."""
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, not {len(theirs)}"
    if not in_order:
        ours, theirs = ordered(ours), ordered(theirs)
    for ours_row, theirs_row in zip(ours, theirs):
        if len(ours_row) != len(theirs_row) or not all(map(same, ours_row, theirs_row)):
            return f"{ours_row} is not {theirs_row}"
    return None
