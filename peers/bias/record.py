"""See `record`: a table with every kind of column, and what smclarify says of its facets."""

import itertools
import json
import logging
import pathlib
import sys

import numpy as np
import pandas as pd
from smclarify.bias import report

ROWS = 600
DATA = pathlib.Path("crates/bias/tests/data")


def table():
    random = np.random.default_rng(11)
    region = random.choice(["north", "south", "east", "Île, west"], ROWS, p=[0.5, 0.3, 0.17, 0.03])
    age = np.round(random.normal(45, 12, ROWS).clip(18, 99), 1)
    visits = random.integers(0, 4, ROWS)
    income = random.integers(10_000, 90_000, ROWS)
    lean = 0.02 * (age - 45) + 0.5 * (region == "north") - 0.3 * (visits == 2)
    # So many digits that no two rows are as near: which of two neighbours counts, scikit-learn does not say.
    height, weight = (np.round(random.normal(mean, 9, ROWS), 7) for mean in [170, 70])
    stars = np.round(3 + lean + random.normal(0, 1.1, ROWS), 3)
    guess = np.round(3 + 0.8 * lean + random.normal(0, 0.9, ROWS), 3)
    grades = ["bad", "fair", "good"]
    grade = np.array(grades)[np.digitize(stars, [2.4, 3.6])]
    predicted_grade = np.array(grades)[np.digitize(guess, [2.4, 3.6])]
    return pd.DataFrame(
        {
            "region": region,
            "age": age,
            "visits": visits,
            "income": income,
            "height": height,
            "weight": weight,
            "shop": random.choice(["a", "b", "c"], ROWS),
            "stars": stars,
            "guess": guess,
            "grade": grade,
            "predicted_grade": predicted_grade,
            "bought": (stars > 3.2).astype(int),
            "predicted_bought": (guess > 3.2).astype(int),
        }
    )


def case(frame, facet, values, label, positive, predicted, group, columns):
    """`columns` are those that smclarify is shown besides the label, the predicted label and the facet."""
    # smclarify does not know the string type of pandas 3.
    frame = frame.copy()
    for name in frame.select_dtypes("str").columns:
        frame[name] = frame[name].astype("category")
    shown = frame[[name for name in dict.fromkeys([facet, label, predicted, *columns])]]
    stages = {}
    for stage in [report.StageType.PRE_TRAINING, report.StageType.POST_TRAINING]:
        stages[stage.value] = report.bias_report(
            shown,
            report.FacetColumn(facet, values and list(values)),
            report.LabelColumn(label, frame[label], list(positive)),
            stage,
            predicted_label_column=report.LabelColumn(predicted, frame[predicted], list(positive)),
            group_variable=frame[group] if group else None,
        )
    return {
        "facet": facet,
        "values": [str(value) for value in values or []],
        "label": label,
        "positive": [str(value) for value in positive],
        "predicted_label": predicted,
        "group": group,
        "columns": columns,
        "label_value_or_threshold": report.label_value_or_threshold(frame[label], list(positive)),
        **{
            name: [
                {
                    "value_or_threshold": value["value_or_threshold"],
                    "metrics": {it["name"]: it["value"] for it in value["metrics"]},
                }
                for value in found
            ]
            for name, found in stages.items()
        },
    }


def main():
    # Metrics that have no value are logged with their stack.
    logging.disable(logging.CRITICAL)
    DATA.mkdir(parents=True, exist_ok=True)
    table().to_csv(DATA / "rows.csv", index=False)
    # As it is read back: numbers are those of the text.
    frame = pd.read_csv(DATA / "rows.csv")
    facets = [
        ("region", None),
        ("region", ["north"]),
        ("region", ["south", "east"]),
        ("age", [40]),
        ("age", [61.5]),
        ("visits", None),
        ("visits", [2, 3]),
        ("income", [50_000]),
    ]
    labels = [
        ("bought", [1], "predicted_bought"),
        ("grade", ["good"], "predicted_grade"),
        ("grade", ["bad", "fair"], "predicted_grade"),
        ("stars", [3], "guess"),
    ]
    cases = [
        case(frame, facet, values, *label, group, columns)
        for ((facet, values), label), (group, columns) in zip(
            itertools.product(facets, labels),
            itertools.cycle([("shop", ["height", "income"]), (None, ["shop"]), ("region", ["height", "weight", "visits"])]),
        )
    ]
    # Few rows: shares of nothing, infinities, facets without a label in common.
    for size in [12, 20, 40]:
        small = frame.head(size)
        cases.append({**case(small, "region", None, *labels[1], "shop", ["height", "income"]), "rows": size})
        cases.append({**case(small, "visits", [1], *labels[1], "shop", ["height", "weight", "visits"]), "rows": size})
    (DATA / "smclarify.json").write_text(json.dumps(cases, indent=1) + "\n")
    values = [v for it in cases for stage in ["pre_training", "post_training"] for f in it[stage] for v in f["metrics"].values()]
    print(len(cases), "cases,", len(values), "values,", sum(v is None for v in values), "without", file=sys.stderr)


main()
