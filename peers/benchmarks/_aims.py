"""The aims of aims.json, held against the rows of a run."""

import json
import pathlib


CLASSES = ["avx2", "avx512"]


def of_class(name):
    """Those of peers/benchmark for one class of processor, each with its number; none on a processor of no class."""
    return [aim | {"number": number(aim, name)} for aim in of_command("benchmark") if name in CLASSES]


def of_command(name):
    return json.loads((pathlib.Path(__file__).parent / "aims.json").read_text())[name]


def number(aim, name):
    of = aim["number"]
    return of[name] if isinstance(of, dict) else of


def judged(aims, rows, whole):
    """Each aim with the figure and a verdict. In a whole run an aim without a row is missed."""
    return [aim | verdict(aim, rows, whole) for aim in aims]


def verdict(aim, rows, whole):
    beside = aim.get("beside")
    same = [row for row in rows if row["what"] == aim["name"] and beside == row["peer"]]
    if not same:
        return {"figure": None, "verdict": "missed" if whole else "not measured"}
    figure = same[0]["ratio" if beside else "ours"]
    reached = figure >= aim["number"] if aim["direction"] == "at least" else figure <= aim["number"]
    return {"figure": figure, "verdict": "reached" if reached else "missed"}
