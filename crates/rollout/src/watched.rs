//! How a challenger with a share of the requests did over time, for people to look at.

use std::collections::BTreeMap;

use contracts::moment::Moment;
use serde::{Deserialize, Serialize};

use crate::guardrails::{Finding, Measured};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    pub at: Moment,
    /// The challenger's, of the requests.
    pub share: f64,
    /// By guardrail, where it could measure something.
    pub measured: BTreeMap<String, Measured>,
}

/// More are no better picture, and the record is read with each request.
const MOST: usize = 120;

const LEAST_MILLISECONDS: i64 = 5 * 60 * 1000;

/// Adds what the guardrails measured, unless they did so just now. Of many, every second one is left out.
pub fn watch(watched: &mut Vec<Watched>, at: Moment, share: f64, findings: &[Finding]) {
    let measured = findings
        .iter()
        .filter_map(|finding| Some((finding.guard.clone(), finding.measured?)));
    let new = Watched {
        at,
        share,
        measured: measured.collect(),
    };
    if new.measured.is_empty() {
        return;
    }
    if watched
        .last()
        .is_some_and(|last| at.0 - last.at.0 < LEAST_MILLISECONDS)
    {
        return;
    }
    watched.push(new);
    if watched.len() > MOST {
        let mut place = 0;
        watched.retain(|_| {
            place += 1;
            place % 2 == 1
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guardrails::{Counted, Limits, errors, unread};

    fn seen(minutes: i64, watched: &mut Vec<Watched>) {
        let found = errors(&Limits::default(), Counted { count: 1, of: 200 });
        watch(watched, Moment(minutes * 60_000), 0.05, &[found]);
    }

    #[test]
    fn what_is_measured_is_kept_at_a_pace_and_within_a_bound() {
        let mut watched = Vec::new();
        watch(
            &mut watched,
            Moment(0),
            0.05,
            &[unread("denied".to_owned())],
        );
        assert!(watched.is_empty(), "nothing was measured");
        for minutes in [0, 4, 5, 9] {
            seen(minutes, &mut watched);
        }
        assert_eq!(watched.len(), 2);
        assert!(watched[1].measured["errors"].challenger.bounds.high > 0.005);
        // A week, every quarter of an hour.
        (0..4 * 24 * 7).for_each(|quarter| seen(100 + 15 * quarter, &mut watched));
        assert!(watched.len() <= MOST, "{}", watched.len());
        assert_eq!(watched[0].at, Moment(0));
        assert!(watched.is_sorted_by_key(|it| it.at));
    }
}
