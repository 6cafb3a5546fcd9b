"""95 % intervals by Student's t over seeds."""

import math
import statistics

from scipy import stats


def mean_interval(figures):
    """Mean of one figure a seed, and half the width of its interval."""
    if len(figures) < 2:
        return statistics.mean(figures), math.nan
    error = statistics.stdev(figures) / math.sqrt(len(figures))
    return statistics.mean(figures), error * stats.t.ppf(0.975, len(figures) - 1)


def welch(ours, theirs):
    """Difference of two means of independent seeds, and the ends of Welch's interval."""
    interval = stats.ttest_ind(ours, theirs, equal_var=False).confidence_interval(0.95)
    return statistics.mean(ours) - statistics.mean(theirs), interval.low, interval.high
