"""What scikit-learn and scipy make of a table of answers: recorded for the everyday tests.

    $(peers/environment) peers/checks/scores.py > crates/classifier/tests/data/scores.json
"""

import json

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest, norm
from sklearn import metrics

CLASSES = 3
TEMPERATURE = 1.7
BINS = 10
RESAMPLES = 20_000


def table():
    """Truth, and the logits of two models that are too sure of themselves."""
    random = np.random.default_rng(7)
    truth = random.choice(CLASSES, 240, p=[0.2, 0.3, 0.5])
    signal = 2.2 * np.eye(CLASSES)[truth]
    both = 1.2 * random.normal(size=(240, CLASSES))
    models = [signal + both + 0.9 * random.normal(size=(240, CLASSES)) for _ in range(2)]
    return truth, [(2 * model).round(3) for model in models]


def wilson(successes, trials):
    interval = binomtest(int(successes), int(trials)).proportion_ci(0.95, "wilson")
    return [interval.low, interval.high]


def expected_calibration_error(probabilities, truth):
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return sum(
        (bins == bin).mean() * abs(right[bins == bin].mean() - confidence[bins == bin].mean())
        for bin in range(BINS)
        if (bins == bin).any()
    )


def bootstrap(truth, predicted, score):
    """Percentile interval and standard deviation, rows drawn within each true class."""
    random = np.random.default_rng(1)
    places = [np.flatnonzero(truth == c) for c in range(CLASSES)]
    scores = []
    for _ in range(RESAMPLES):
        drawn = np.concatenate([random.choice(place, len(place)) for place in places])
        scores.append(score(truth[drawn], predicted[drawn]))
    low, high = np.quantile(scores, [0.025, 0.975])
    return {"interval": [low, high], "standard_deviation": float(np.std(scores, ddof=1))}


def fast_macro_f1(truth, predicted):
    matrix = np.bincount(truth * CLASSES + predicted, minlength=CLASSES**2).reshape(CLASSES, -1)
    return (2 * np.diag(matrix) / (matrix.sum(0) + matrix.sum(1))).mean()


def fast_balanced_accuracy(truth, predicted):
    right = truth == predicted
    return np.mean([right[truth == c].mean() for c in range(CLASSES)])


def comparison(truth, first, second):
    """McNemar's exact test, and what these rows can show."""
    only_first = (first == truth) & (second != truth)
    only_second = (first != truth) & (second == truth)
    rows = np.bincount(truth, minlength=CLASSES) + 2
    discordant = np.bincount(truth[only_first | only_second], minlength=CLASSES) + 1
    psi = discordant / rows

    def missing(delta):
        null = np.sqrt((psi / rows).sum()) / CLASSES
        alternative = np.sqrt(((psi - delta**2) / rows).sum()) / CLASSES
        return norm.ppf(0.975) * null + norm.ppf(0.8) * alternative - delta

    delta = brentq(missing, 1e-9, psi.min())
    return {
        "only_first": int(only_first.sum()),
        "only_second": int(only_second.sum()),
        "mcnemar_p": float(binomtest(int(only_first.sum()), int((only_first | only_second).sum())).pvalue),
        "minimum_detectable_difference": delta,
        "simulated_power": power(psi, rows, delta),
    }


def power(psi, rows, delta, trials=20_000):
    """How often a two-sided 5 % test sees a difference of `delta` at this discordance."""
    random = np.random.default_rng(2)
    value, variance = np.zeros(trials), np.zeros(trials)
    for share, n in zip(psi, rows):
        cells = random.multinomial(n, [(share + delta) / 2, (share - delta) / 2, 1 - share], trials)
        b, c = cells[:, 0], cells[:, 1]
        value += (b - c) / n / CLASSES
        variance += (b + c) / n**2 / CLASSES**2
    z = value / np.sqrt(variance)
    return float((np.abs(z) > norm.ppf(0.975)).mean())


def recorded():
    truth, (logits, others) = table()
    predicted = logits.argmax(1)
    served, uncalibrated = softmax(logits / TEMPERATURE, 1), softmax(logits, 1)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(truth, predicted)
    matrix = metrics.confusion_matrix(truth, predicted)
    weighted = lambda beta: metrics.fbeta_score(truth, predicted, beta=beta, average="weighted")
    constant = np.full_like(truth, np.bincount(truth).argmax())
    loss = lambda inverse: -log_softmax(logits * inverse, 1)[np.arange(len(truth)), truth].mean()
    return {
        "truth": truth.tolist(),
        "logits": logits.tolist(),
        "others": others.tolist(),
        "temperature": TEMPERATURE,
        "confusion": matrix.tolist(),
        "accuracy": metrics.accuracy_score(truth, predicted),
        "accuracy_interval": wilson(np.trace(matrix), len(truth)),
        "balanced_accuracy": metrics.balanced_accuracy_score(truth, predicted),
        "macro_f1": metrics.f1_score(truth, predicted, average="macro"),
        "precision": precision.tolist(),
        "precision_interval": [wilson(matrix[c, c], matrix[:, c].sum()) for c in range(CLASSES)],
        "recall": recall.tolist(),
        "recall_interval": [wilson(matrix[c, c], matrix[c].sum()) for c in range(CLASSES)],
        "f1": f1.tolist(),
        "support": support.tolist(),
        "weighted_f0_5": weighted(0.5),
        "weighted_f1": weighted(1),
        "weighted_f2": weighted(2),
        "weighted_f2_best_constant_classifier": metrics.fbeta_score(
            truth, constant, beta=2, average="weighted", zero_division=0
        ),
        "log_loss": metrics.log_loss(truth, served),
        "uncalibrated_log_loss": metrics.log_loss(truth, uncalibrated),
        "expected_calibration_error": expected_calibration_error(served, truth),
        "uncalibrated_expected_calibration_error": expected_calibration_error(uncalibrated, truth),
        "fitted_temperature": 1 / minimize_scalar(loss, (0.2, 1)).x,
        "bootstrap": {
            "balanced_accuracy": bootstrap(truth, predicted, fast_balanced_accuracy),
            "macro_f1": bootstrap(truth, predicted, fast_macro_f1),
        },
        "comparison": comparison(truth, predicted, others.argmax(1)),
    }


if __name__ == "__main__":
    print(json.dumps(recorded()))
