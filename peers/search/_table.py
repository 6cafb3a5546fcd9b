"""The table of peers/search/record, and what a search's choice is worth in it."""

import json
import math

import numpy


class Table:
    def __init__(self, path):
        with open(path) as lines:
            header = json.loads(next(lines))
            rows = sorted((json.loads(line) for line in lines), key=lambda row: row["number"])
        self.epochs = header["epochs"]
        self.parameters = [
            {"kind": kind, **shown} for parameter in header["parameters"] for kind, shown in parameter.items()
        ]
        self.values = [self._typed(row["values"]) for row in rows]
        self.points = numpy.array([self.point(values) for values in self.values])
        self._categorical = numpy.array([parameter["kind"] == "categorical" for parameter in self.parameters])
        self._validation = [[run["validation"] for run in row["runs"]] for row in rows]
        tests = [[run["test"] for run in row["runs"]] for row in rows]
        # A setting's test score is the mean of its runs: a search is to be told from its luck.
        self._test = [numpy.mean([run[: min(map(len, runs))] for run in runs], axis=0) for runs in tests]

    def _typed(self, values):
        types = {"continuous": float, "integer": int, "categorical": str}
        return {
            parameter["name"]: types[parameter["kind"]](values[parameter["name"]]) for parameter in self.parameters
        }

    def point(self, values):
        """As `tuning::Space::point`: a coordinate in [0, 1] for each parameter."""
        return [_coordinate(parameter, values[parameter["name"]]) for parameter in self.parameters]

    def nearest_unused(self, point, taken):
        apart = self.points - numpy.array(point)
        distances = numpy.where(self._categorical, apart != 0, apart**2).sum(axis=1)
        distances[[row for row, _ in taken]] = numpy.inf
        return int(distances.argmin())

    def curve(self, row, seed):
        """Validation scores of one of the row's runs, by the search's seed."""
        runs = self._validation[row]
        return runs[seed % len(runs)]

    def is_whole(self, row, seed):
        return len(self.curve(row, seed)) == self.epochs

    def chosen(self, taken, seed, budget):
        """The row and epochs of the best validation score within a number of epochs, and that score."""
        best, spent = None, 0
        for row, epochs in taken:
            spent += max(epochs, 1)
            if spent > budget:
                break
            if 0 < epochs <= len(self.curve(row, seed)):
                score = self.curve(row, seed)[epochs - 1]
                if best is None or score > best[2]:
                    best = (row, epochs, score)
        return best

    def test(self, row, epochs):
        scores = self._test[row]
        return float(scores[min(epochs, len(scores)) - 1])

    def best_validation(self, seed):
        whole = [self.curve(row, seed)[-1] for row in range(len(self.values)) if self.is_whole(row, seed)]
        return max(whole)

    def best_test(self):
        return max(self.test(row, self.epochs) for row in range(len(self.values)))


def _coordinate(parameter, value):
    if parameter["kind"] == "categorical":
        values = parameter["values"]
        return (values.index(value) + 0.5) / len(values)
    low, high = parameter["min"], parameter["max"]
    if parameter["kind"] == "integer":
        low, high = low - 0.5, high + 0.5
    scales = {"Linear": float, "Logarithmic": math.log, "ReverseLogarithmic": lambda x: -math.log1p(-x)}
    scale = scales[parameter["scaling"]]
    return (scale(value) - scale(low)) / (scale(high) - scale(low))
