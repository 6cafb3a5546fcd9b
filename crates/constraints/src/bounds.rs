//! How far the next file's counts may differ from the baseline's by chance, for the two files' sizes.
//!
//! Of `n` rows `count` were such; of the next `m` rows `x` are. With Beta(count + 1, n - count) for the unknown share, x is
//! beta-binomial, and its upper tail is Fisher's exact test: x or more of the `m` new rows are such just when the
//! first `count + x` rows of the pooled order have x or more new ones among them, which is hypergeometric. So the bound
//! is exact for rows in any exchangeable order, whatever the share and however small the files.

/// `count` of `of` rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub count: u64,
    pub of: u64,
}

impl Counted {
    pub fn share(self) -> f64 {
        self.count as f64 / self.of.max(1) as f64
    }

    pub fn others(self) -> Self {
        Self {
            count: self.of - self.count,
            of: self.of,
        }
    }
}

/// The probability of `next.count` or more.
pub fn as_many(baseline: Counted, next: Counted) -> f64 {
    hypergeometric_tail(
        next.count,
        baseline.of + next.of,
        baseline.count + next.count,
        next.of,
    )
}

/// The probability of `next.count` or fewer: of as many others.
pub fn as_few(baseline: Counted, next: Counted) -> f64 {
    as_many(baseline.others(), next.others())
}

/// The greatest count of the next `of` rows that is not less probable than `alpha`.
pub fn most(baseline: Counted, of: u64, alpha: f64) -> u64 {
    let (mut possible, mut too_many) = (0, of + 1);
    while too_many - possible > 1 {
        let count = possible + (too_many - possible) / 2;
        if as_many(baseline, Counted { count, of }) >= alpha {
            possible = count;
        } else {
            too_many = count;
        }
    }
    possible
}

/// The least count of the next `of` rows that is not less probable than `alpha`.
pub fn least(baseline: Counted, of: u64, alpha: f64) -> u64 {
    of - most(baseline.others(), of, alpha)
}

/// How often values are to come again in a file of a size: pairs of rows that are equal by chance grow with its square,
/// a source that sends twice with the size itself.
#[derive(Debug, Clone, Copy)]
pub struct Exposure {
    pub rows: u64,
    pub sampled_share: f64,
}

/// The probability of `next` or more repeated values after `baseline` of them: both are Poisson counts, so that
/// `next` of their sum is binomial by the files' weights. Of the two ways to grow the one that expects more.
pub fn as_many_repeats(baseline: u64, before: Exposure, next: u64, now: Exposure) -> f64 {
    let weight = |power: i32| {
        let of = |exposure: Exposure| {
            exposure.sampled_share * (exposure.rows as f64).powi(power).max(f64::MIN_POSITIVE)
        };
        of(now) / (of(now) + of(before))
    };
    binomial_tail(next, baseline + next, weight(1).max(weight(2)))
}

/// The greatest number of repeated values that is not less probable than `alpha`.
pub fn most_repeats(baseline: u64, before: Exposure, now: Exposure, alpha: f64) -> u64 {
    let (mut possible, mut too_many) = (0, now.rows + 1);
    while too_many - possible > 1 {
        let count = possible + (too_many - possible) / 2;
        if as_many_repeats(baseline, before, count, now) >= alpha {
            possible = count;
        } else {
            too_many = count;
        }
    }
    possible
}

/// The probability of `least` or more marked ones in `drawn` of `all`, of which `marked` are marked.
fn hypergeometric_tail(least: u64, all: u64, marked: u64, drawn: u64) -> f64 {
    let low = (marked + drawn).saturating_sub(all);
    let high = marked.min(drawn);
    if least <= low {
        return 1.0;
    }
    if least > high {
        return 0.0;
    }
    let first =
        ln_choose(marked, least) + ln_choose(all - marked, drawn - least) - ln_choose(all, drawn);
    // Each term over the one before it.
    let ratio = |h: u64| {
        let stay = (all - marked) as f64 - drawn as f64 + h as f64 + 1.0;
        (marked - h) as f64 * (drawn - h) as f64 / ((h + 1) as f64 * stay)
    };
    tail(least, high, first, ratio)
}

fn binomial_tail(least: u64, trials: u64, probability: f64) -> f64 {
    if least == 0 || probability >= 1.0 {
        return 1.0;
    }
    let (ln_p, ln_q) = (probability.ln(), (-probability).ln_1p());
    let first = ln_choose(trials, least) + least as f64 * ln_p + (trials - least) as f64 * ln_q;
    let odds = probability / (1.0 - probability);
    tail(least, trials, first, |h| {
        (trials - h) as f64 / (h + 1) as f64 * odds
    })
}

/// The sum of the terms from `first`'s to the last one's. Terms that rise are summed as parts of the first one, which
/// may be too small for a number of its own.
fn tail(from: u64, to: u64, ln_first: f64, ratio: impl Fn(u64) -> f64) -> f64 {
    let (mut sum, mut term, mut scale) = (1.0, 1.0, ln_first);
    for place in from..to {
        let ratio = ratio(place);
        term *= ratio;
        sum += term;
        if ratio < 1.0 && term < sum * 1e-17 {
            break;
        }
        if sum > 1e200 {
            scale += sum.ln();
            term /= sum;
            sum = 1.0;
        }
    }
    (scale + sum.ln()).exp().min(1.0)
}

fn ln_choose(n: u64, k: u64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// Stirling's series; below ten, where it is coarse, the product itself.
fn ln_factorial(n: u64) -> f64 {
    if n < 10 {
        return (2..=n).map(|factor| factor as f64).product::<f64>().ln();
    }
    let n = n as f64;
    let correction =
        1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * n * n)) / (n * n)) / (n * n);
    n * n.ln() - n + 0.5 * (std::f64::consts::TAU * n).ln() + correction / n
}

#[cfg(test)]
mod tests;
