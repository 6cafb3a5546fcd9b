//! What needs no label: errors, latency, garbage. Each is looked at as often as one likes, by confidence
//! sequences; Wilson's interval is for one look, and a guardrail is looked at every few minutes.
//!
//! A guardrail that has seen too little says so. That stops every advance, and no rollout: without traffic
//! nothing is fine.

use serde::{Deserialize, Serialize};

use std::fmt;

use contracts::evaluation::Interval;

use crate::quantile::{quantile, share};

/// What is still tolerated.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// The probability with which a guardrail is breached by chance, at any look since the challenger has its share.
    pub alpha: f64,
    /// Requests of a slot below which nothing is fine.
    pub least_requests: u64,
    /// The share of requests that may end in an error.
    pub errors: f64,
    /// The challenger's 95 % quantile of latency, by the champion's.
    pub slower: f64,
    /// The share of unsure answers, above the champion's.
    pub unsure: f64,
}

impl Default for Limits {
    /// 1 %: three guardrails together stay below the 5 % of the comparison. 100 requests bound an error rate to
    /// about 0.1. One error in a hundred is what a client's single retry hides. Half as slow again is felt. A
    /// model that has collapsed is unsure of most texts, not of one in five more.
    fn default() -> Self {
        Self {
            alpha: 0.01,
            least_requests: 100,
            errors: 0.01,
            slower: 1.5,
            unsure: 0.2,
        }
    }
}

/// So many of so many requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub count: u64,
    pub of: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Too few to say.
    Unknown,
    /// Enough was seen, and no breach shown.
    Fine,
    /// Shown to be beyond its limit.
    Breached,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Health::Unknown => "unknown",
            Health::Fine => "fine",
            Health::Breached => "breached",
        })
    }
}

/// The one guardrail that shows a fault of the challenger by itself. Latency and garbage depend on who asks, too: callers keep
/// their model, so a person decides about them.
pub const ERRORS: &str = "errors";

pub const LATENCY: &str = "latency";
pub const GARBAGE: &str = "garbage";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// `errors`, `latency`, `garbage` or `metrics`.
    pub guard: String,
    pub health: Health,
    /// A sentence with the numbers.
    pub reason: String,
    /// `None` where nothing could be measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub challenger: Measure,
    /// Where it is measured beside the challenger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub champion: Option<Measure>,
}

/// A share of requests, or milliseconds: of latency, whose bounds alone are known, their middle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    pub value: f64,
    #[serde(flatten)]
    pub bounds: Interval,
}

impl Measure {
    fn of(counted: Counted, bounds: Interval) -> Self {
        let value = counted.count as f64 / counted.of.max(1) as f64;
        Self { value, bounds }
    }
}

/// Errors of the challenger: 5xx, timeouts, answers that cannot be read.
pub fn errors(limits: &Limits, challenger: Counted) -> Finding {
    let Counted { count, of } = challenger;
    let bounds = share(count, of, limits.alpha);
    let reason = format!(
        "{count} of {of} requests failed, {:.2} to {:.2} %; at most {:.2} % may",
        100.0 * bounds.low,
        100.0 * bounds.high,
        100.0 * limits.errors
    );
    let breached = bounds.low > limits.errors;
    Finding {
        measured: (of > 0).then_some(Measured {
            challenger: Measure::of(challenger, bounds),
            champion: None,
        }),
        ..finding(limits, ERRORS, &[of], breached, reason)
    }
}

/// The quantile of the latencies that is watched.
pub const SLOWEST: f64 = 0.95;

/// A slot's high quantile of latency, as far as its answers show it; each has half of alpha.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Latency {
    /// Answers.
    pub of: u64,
    /// The quantile's confidence sequence in milliseconds, `None` where they are too few for that side.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

impl Latency {
    /// Of these latencies in milliseconds, sorted.
    pub fn of(sorted: &[f64], limits: &Limits) -> Self {
        let Interval { low, high } = quantile(sorted, SLOWEST, limits.alpha / 2.0);
        let finite = |bound: f64| bound.is_finite().then_some(bound);
        Self {
            of: sorted.len() as u64,
            low: finite(low),
            high: finite(high),
        }
    }
}

/// The slots' 95 % quantiles.
pub fn latency(limits: &Limits, challenger: Latency, champion: Latency) -> Finding {
    let seen = [challenger.of, champion.of];
    let (Some(least), Some(most)) = (challenger.low, champion.high) else {
        let [one, other] = seen;
        return unknown(
            LATENCY,
            format!("too few to say of the slowest: {one} and {other} requests"),
        );
    };
    let reason = format!(
        "95 % of the challenger's answers take up to {} ms, of the champion's up to {} ms; {:.2} times as long is \
         allowed",
        between(challenger),
        between(champion),
        limits.slower
    );
    let measure = |of: Latency| {
        let (low, high) = (of.low?, of.high?);
        Some(Measure {
            value: f64::midpoint(low, high),
            bounds: Interval { low, high },
        })
    };
    let measured = measure(challenger).map(|of_challenger| Measured {
        challenger: of_challenger,
        champion: measure(champion),
    });
    Finding {
        measured,
        ..finding(limits, LATENCY, &seen, least > limits.slower * most, reason)
    }
}

fn between(latency: Latency) -> String {
    let bound = |bound: Option<f64>| bound.map_or("?".to_owned(), |bound| format!("{bound:.1}"));
    format!("{} to {}", bound(latency.low), bound(latency.high))
}

/// Answers of which the slots are unsure: their confidence lies under the threshold of the reviews. Each share
/// has half of alpha.
pub fn garbage(limits: &Limits, challenger: Counted, champion: Counted) -> Finding {
    let [one, other] =
        [challenger, champion].map(|slot| share(slot.count, slot.of, limits.alpha / 2.0));
    let reason = format!(
        "the challenger is unsure of {} of {} answers, at least {:.1} %; the champion of {} of {}, at most \
         {:.1} %; {:.1} points more are allowed",
        challenger.count,
        challenger.of,
        100.0 * one.low,
        champion.count,
        champion.of,
        100.0 * other.high,
        100.0 * limits.unsure
    );
    let seen = [challenger.of, champion.of];
    let breached = one.low > other.high + limits.unsure;
    let measured = Measured {
        challenger: Measure::of(challenger, one),
        champion: Some(Measure::of(champion, other)),
    };
    Finding {
        measured: (challenger.of > 0).then_some(measured),
        ..finding(limits, GARBAGE, &seen, breached, reason)
    }
}

/// Said where nothing was found yet, of the share that the challenger has.
pub const UNWATCHED: &str = "no guardrail has looked";

/// Where the metrics could not be read.
pub fn unread(reason: String) -> Finding {
    unknown("metrics", reason)
}

fn unknown(guard: &str, reason: String) -> Finding {
    Finding {
        guard: guard.to_owned(),
        health: Health::Unknown,
        reason,
        measured: None,
    }
}

/// A breach may show on few requests; that nothing is wrong shows on many alone.
fn finding(limits: &Limits, guard: &str, seen: &[u64], breached: bool, reason: String) -> Finding {
    let fewest = seen.iter().min().copied().unwrap_or(0);
    let health = match breached {
        true => Health::Breached,
        false if fewest < limits.least_requests => {
            let least = limits.least_requests;
            return unknown(
                guard,
                format!("too few to say: {fewest} requests of {least}"),
            );
        }
        false => Health::Fine,
    };
    Finding {
        guard: guard.to_owned(),
        health,
        reason,
        measured: None,
    }
}

#[cfg(test)]
mod tests;
