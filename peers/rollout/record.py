"""See `record`."""

import json
import sys

import numpy as np
from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import SampleMeanStatistic
from ville._boundaries import best_rho, normal_mixture
from ville.means import AsymptoticCS
from ville.proportions import BernoulliCS, BernoulliTest
from ville.quantiles import QuantileCS

LOOKS = [200, 250, 1_000, 2_500, 10_000]


def boundaries():
    for alpha in [0.05, 0.01]:
        for narrowest in [80, 1_250, 5_000]:
            precision = best_rho(narrowest, alpha)
            times = [10.0, 100.0, 1_250.0, 20_000.0]
            yield {
                "alpha": alpha,
                "narrowest": narrowest,
                "precision": precision,
                "times": times,
                "boundary": normal_mixture(np.array(times), alpha, precision).tolist(),
            }


def differences(seed, difference):
    """Of two models that differ in correctness on 12 % of the rows."""
    at = np.random.default_rng(seed).random(LOOKS[-1])
    return np.where(at < (0.12 + difference) / 2, 1, np.where(at < 0.12, -1, 0))


def ville():
    for seed, difference in enumerate([0.0, -0.02, 0.05]):
        rows = differences(seed, difference)
        sequence = AsymptoticCS(alpha=0.05, t_opt=5_000).fit(rows.astype(float))
        for look in LOOKS:
            yield {
                "wins": int((rows[:look] == 1).sum()),
                "losses": int((rows[:look] == -1).sum()),
                "rows": look,
                "precision": sequence.rho_,
                "low": sequence.lower_[look - 1],
                "high": sequence.upper_[look - 1],
            }


def gbstats():
    """Its test is of two groups; the rows of both, and the variance of the difference times them, go into the width."""
    random = np.random.default_rng(5)
    for narrowest in [500, 5_000]:
        for rows in [100, 1_000, 20_000]:
            groups = [random.random(rows) < share for share in [0.66, 0.68]]
            groups = [SampleMeanStatistic(n=rows, sum=float(g.sum()), sum_squares=float(g.sum())) for g in groups]
            config = SequentialConfig(alpha=0.05, sequential_tuning_parameter=narrowest, difference_type="absolute")
            test = SequentialTwoSidedTTest(*groups, config)
            low, high = test.confidence_interval
            yield {
                "rows": 2 * rows,
                "variance": float(test.variance) * 2 * rows,
                "precision": float(1 / test.rho**2),
                "half_width": float(high - low) / 2,
            }


def evidence():
    """Of discordant rows alone, and shares of all."""
    for wins, losses in [(12, 3), (60, 40), (150, 100), (0, 9), (700, 690)]:
        rows = np.array([1] * wins + [0] * losses)
        sequence = BernoulliCS(alpha=0.05, intersect=False).fit(rows)
        yield {
            "wins": wins,
            "losses": losses,
            "wealth": float(BernoulliTest(0.5).fit(rows).e_values_[-1]),
            "share": [sequence.lower_[-1], sequence.upper_[-1]],
        }


def quantiles():
    for rows in [400, 1_000, 10_000]:
        sequence = QuantileCS(0.95, intersect=False).fit(np.random.default_rng(1).permutation(rows) + 1.0)
        # Of the values 1 to `rows`, the bounds are places.
        high = sequence.upper_[-1]
        yield {"rows": rows, "low": int(sequence.lower_[-1]), "high": int(high) if np.isfinite(high) else None}


recorded = {
    "boundaries": list(boundaries()),
    "ville": list(ville()),
    "gbstats": list(gbstats()),
    "evidence": list(evidence()),
    "quantiles": list(quantiles()),
}
with open(sys.argv[1], "w") as file:
    json.dump(recorded, file)
    file.write("\n")
