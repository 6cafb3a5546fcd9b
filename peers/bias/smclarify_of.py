"""Every metric but the flip test of a CSV file by smclarify; the arguments and lines are those of the example `bias`."""

import logging
import sys

import pandas as pd
from smclarify.bias import report
from smclarify.bias.metrics import POSTTRAINING_METRICS

logging.disable(logging.CRITICAL)
file, label, positive, predicted, group, *facets = sys.argv[1:]
# smclarify does not know the string type of pandas 3.
texts = {name: "category" for name in [group, *facets]}
frame = pd.read_csv(file, usecols=[label, predicted, *texts], dtype=texts)
after = [metric.__name__ for metric in POSTTRAINING_METRICS if metric.__name__ != "FT"]
for facet in facets:
    for stage, metrics in [(report.StageType.PRE_TRAINING, ["all"]), (report.StageType.POST_TRAINING, after)]:
        values = report.bias_report(
            frame[[facet, label, predicted]],
            report.FacetColumn(facet),
            report.LabelColumn(label, frame[label], [int(positive)]),
            stage,
            report.LabelColumn(predicted, frame[predicted], [int(positive)]),
            metrics,
            frame[group],
        )
        for value in values:
            for metric in value["metrics"]:
                print(facet, value["value_or_threshold"], metric["name"], metric["value"], sep="\t")
