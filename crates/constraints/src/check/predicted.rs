//! Shares of rows, each with the bound that the next file's size predicts.

use std::fmt::{self, Display};

use contracts::constraints::{
    CheckType, FeatureConstraints, FeatureStatistics, InferredType, Kll, Observed,
};

use super::found::{File, Found};
use crate::bounds::{Counted, as_few, as_many, least, most};
use crate::counts::{at_most, below, common, other_type, rows_with, unseen};

/// What is counted in the baseline and in the next file.
pub struct Share<'c> {
    what: What<'c>,
    baseline: Counted,
    /// Whether fewer are as wrong as more.
    both_sides: bool,
}

enum What<'c> {
    Missing,
    OtherType(InferredType),
    Unseen(&'c [String]),
    Value(&'c str),
    AtMost(Measure, f64),
    Below(Measure, f64),
    Above(Measure, f64),
}

#[derive(Clone, Copy)]
enum Measure {
    Number,
    /// In characters.
    Length,
}

pub fn shares(feature: &FeatureConstraints) -> Vec<Share<'_>> {
    let Some(observed) = &feature.observed else {
        return Vec::new();
    };
    let of = |count, of| Counted { count, of };
    let (rows, present) = (observed.rows, observed.rows - observed.missing);
    let mut shares = Vec::new();
    let mut share = |what, baseline, both_sides| {
        shares.push(Share {
            what,
            baseline,
            both_sides,
        });
    };
    if as_observed(feature, observed) {
        share(What::Missing, of(observed.missing, rows), false);
    }
    if feature.inferred_type != InferredType::Unknown {
        let what = What::OtherType(feature.inferred_type);
        share(what, of(observed.other_type, present), false);
    }
    if let (Some(domain), Some(singles)) = (&feature.string_constraints, observed.singles) {
        share(What::Unseen(&domain.domains), of(singles, present), false);
    }
    for value in observed.values.iter().flatten() {
        share(What::Value(&value.value), of(value.count, present), true);
    }
    let spreads = [
        (Measure::Number, &observed.numbers),
        (Measure::Length, &observed.lengths),
    ];
    for (measure, spread) in spreads {
        let Some(spread) = spread else { continue };
        let none = of(0, spread.of);
        share(What::Below(measure, spread.min), none, false);
        for quantile in &spread.quantiles {
            let what = What::AtMost(measure, quantile.at_most);
            share(what, of(quantile.count, spread.sampled), true);
        }
        share(What::Above(measure, spread.max), none, false);
    }
    shares
}

/// Whether nobody has set another bound.
pub fn as_observed(feature: &FeatureConstraints, observed: &Observed) -> bool {
    let present = (observed.rows - observed.missing) as f64 / observed.rows.max(1) as f64;
    feature
        .completeness
        .is_some_and(|completeness| (completeness - present).abs() < 1e-9)
}

impl Share<'_> {
    pub fn tests(&self) -> u64 {
        1 + u64::from(self.both_sides)
    }

    /// None where the file is as expected, or has no such values at all: that is for the completeness to say.
    pub fn found(&self, file: &File<'_>, alpha: f64) -> Option<Found> {
        let next = self.counted(file)?;
        let (baseline, Counted { count, of }) = (self.baseline, next);
        let more = next.share() > baseline.share();
        let expected = if more && as_many(baseline, next) < alpha {
            format!("at most {}", most(baseline, of, alpha))
        } else if !more && self.both_sides && as_few(baseline, next) < alpha {
            format!("at least {}", least(baseline, of, alpha))
        } else {
            return None;
        };
        let after = format!("{} of {}", baseline.count, baseline.of);
        Some(Found {
            check: self.check(next),
            description: format!(
                "{} {count} of {of} rows; {expected} were to be expected after {after}",
                self.what
            ),
            difference: (next.share() - baseline.share()).abs(),
        })
    }

    fn check(&self, next: Counted) -> CheckType {
        match self.what {
            What::Missing if next.count == next.of => CheckType::MissingColumnCheck,
            What::Missing => CheckType::CompletenessCheck,
            What::OtherType(_) => CheckType::DataTypeCheck,
            What::Unseen(_) => CheckType::CategoricalValuesCheck,
            _ => CheckType::BaselineDriftCheck,
        }
    }

    fn counted(&self, file: &File<'_>) -> Option<Counted> {
        if let What::Missing = self.what {
            let present = file.feature.map(|feature| common(feature).num_present);
            return Some(Counted {
                count: file.rows - present.unwrap_or(0),
                of: file.rows,
            });
        }
        let feature = file.feature?;
        let of_present = |count| {
            Some(Counted {
                count,
                of: common(feature).num_present,
            })
        };
        match self.what {
            What::Missing => None,
            What::OtherType(inferred) => of_present(other_type(feature.types, inferred)),
            What::Unseen(domain) => of_present(unseen(feature, domain)),
            What::Value(value) => of_present(rows_with(feature, value)),
            What::AtMost(measure, bound) => Some(at_most(measure.of(feature)?, bound)),
            What::Below(measure, bound) => Some(below(measure.of(feature)?, bound)),
            What::Above(measure, bound) => Some(at_most(measure.of(feature)?, bound).others()),
        }
    }
}

impl Measure {
    fn of(self, feature: &FeatureStatistics) -> Option<&Kll> {
        match self {
            Self::Number => {
                let numbers = feature.numerical_statistics.as_ref()?;
                numbers.distribution.kll.as_ref()
            }
            Self::Length => Some(&feature.string_statistics.as_ref()?.lengths),
        }
    }
}

impl Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "missing in"),
            Self::OtherType(inferred) => write!(f, "not {inferred:?} in"),
            Self::Unseen(_) => write!(f, "outside the domain in"),
            Self::Value(value) => write!(f, "{value:?} in"),
            Self::AtMost(measure, bound) => write!(f, "{measure} at most {bound} in"),
            Self::Below(measure, bound) => write!(f, "{measure} below {bound} in"),
            Self::Above(measure, bound) => write!(f, "{measure} above {bound} in"),
        }
    }
}

impl Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::Length => "a length",
        })
    }
}
