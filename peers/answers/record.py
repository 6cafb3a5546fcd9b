"""See `record`."""

import json
import sys

import krippendorff
import numpy as np
import pandas as pd
from crowdkit.aggregation import DawidSkene

LABELS = ["-1", "0", "1"]
ITERATIONS = [1, 10, 100]


def table(seed, texts, accuracies, most, shares):
    """Texts, each with one to `most` answers of different reviewers."""
    random = np.random.default_rng(seed)
    tasks = []
    for truth in random.choice(len(LABELS), texts, p=shares):
        reviewers = random.permutation(len(accuracies))[: random.integers(1, most + 1)]
        wrong = (truth + random.integers(1, len(LABELS), len(reviewers))) % len(LABELS)
        right = random.random(len(reviewers)) < np.array(accuracies)[reviewers]
        labels = np.where(right, truth, wrong)
        tasks.append([[f"w{reviewer}", LABELS[label]] for reviewer, label in zip(reviewers, labels, strict=True)])
    return tasks


def dawid_skene(tasks, iterations):
    rows = [(task, *answer) for task, answers in enumerate(tasks) for answer in answers]
    frame = pd.DataFrame(rows, columns=["task", "worker", "label"])
    # A negative tolerance: all iterations are made.
    found = DawidSkene(n_iter=iterations, tol=-1.0).fit_predict_proba(frame)
    return found.reindex(index=range(len(tasks)), columns=LABELS).to_numpy().round(9).tolist()


def alpha(tasks):
    counts = [[sum(given == label for _, given in answers) for label in LABELS] for answers in tasks]
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"))


even, skewed = [1 / 3, 1 / 3, 1 / 3], [0.1, 0.13, 0.77]
tables = {
    "three good reviewers": table(1, 60, [0.9, 0.85, 0.8], 3, even),
    "one clicks": table(2, 80, [0.95, 0.9, 0.85, 0.8, 1 / 3], 4, skewed),
    "one is wicked": table(3, 80, [0.9, 0.9, 0.85, 0.05], 4, even),
    "ten reviewers, few answers": table(4, 100, [0.95, 0.9, 0.9, 0.85, 0.85, 0.8, 0.8, 0.75, 0.7, 0.6], 2, skewed),
}
recorded = [
    {
        "name": name,
        "tasks": tasks,
        "dawid_skene": [{"iterations": n, "posteriors": dawid_skene(tasks, n)} for n in ITERATIONS],
        "alpha": alpha(tasks),
    }
    for name, tasks in tables.items()
]
with open(sys.argv[1], "w") as file:
    json.dump({"labels": LABELS, "tables": recorded}, file)
    file.write("\n")
