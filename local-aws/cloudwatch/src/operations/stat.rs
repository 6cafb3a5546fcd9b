//! A statistic or a percentile of what was recorded within a period.

use crate::alarm::Statistic;
use local_core::metrics::Statistics;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stat {
    Simple(Statistic),
    Percentile(f64),
}

/// Digits behind the point that the user guide allows.
const MOST_DECIMALS: usize = 10;

/// What else the user guide has among statistics, by the letters before the numbers.
const OTHERS: [&str; 10] = ["tm", "TM", "wm", "WM", "tc", "TC", "ts", "TS", "pr", "PR"];

/// Every statistic by its name, in the order that AWS names them in.
pub const SIMPLE: [(&str, Statistic); 5] = [
    ("Minimum", Statistic::Minimum),
    ("Maximum", Statistic::Maximum),
    ("Average", Statistic::Average),
    ("SampleCount", Statistic::SampleCount),
    ("Sum", Statistic::Sum),
];

impl Stat {
    pub fn parse(name: &str) -> Option<Self> {
        simple(name)
            .map(Self::Simple)
            .or_else(|| percent(name).map(Self::Percentile))
    }

    /// Whether CloudWatch has this statistic and local-aws has not: trimmed means and their like.
    pub fn is_unsupported(name: &str) -> bool {
        let rest = OTHERS.iter().find_map(|prefix| name.strip_prefix(prefix));
        name == "IQM"
            || rest.is_some_and(|rest| {
                rest.starts_with(['(', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
            })
    }

    /// `None` for a percentile of negative values.
    pub fn of(self, found: &Statistics) -> Option<f64> {
        match self {
            Self::Simple(statistic) => Some(statistic.of(found)),
            Self::Percentile(percent) => found.percentile(percent),
        }
    }
}

pub fn simple(name: &str) -> Option<Statistic> {
    let mut all = SIMPLE.iter();
    all.find(|(each, _)| *each == name)
        .map(|(_, statistic)| *statistic)
}

/// `p99.9` is 99.9.
pub fn percent(name: &str) -> Option<f64> {
    let number = name.strip_prefix('p')?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = (1..=3).contains(&whole.len())
        && (1..=MOST_DECIMALS).contains(&decimals.len())
        && are_digits(whole)
        && are_digits(decimals);
    let percent: f64 = is_number.then(|| number.parse().ok())??;
    (percent <= 100.0).then_some(percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_read_with_their_decimals_and_nothing_else_is() {
        for (name, expected) in [
            ("p50", Some(50.0)),
            ("p99.9", Some(99.9)),
            ("p0", Some(0.0)),
            ("p100", Some(100.0)),
            ("p100.1", None),
            ("p", None),
            ("p.5", None),
            ("p5.", None),
            ("p-1", None),
            ("p1e1", None),
            ("p99.12345678901", None),
            ("99", None),
        ] {
            assert_eq!(percent(name), expected, "{name}");
        }
    }

    #[test]
    fn trimmed_means_are_known_for_what_they_are() {
        for name in ["tm90", "TM(10%:90%)", "IQM", "PR(:300)", "wm98"] {
            assert!(Stat::is_unsupported(name), "{name}");
        }
        for name in ["Sum", "tmx", "p50", "median"] {
            assert!(!Stat::is_unsupported(name), "{name}");
        }
    }
}
