//! From datapoints to a state.
//!
//! Source: the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data", whose tables are
//! the tests.

use super::alarm::{MissingData, State};

/// More datapoints than are evaluated are looked at: in the guide's examples two.
pub const MORE: usize = 2;

/// Decides by the datapoints of the evaluation range, oldest first: whether each is breaching, `None` where
/// it is missing. `None` keeps the state.
pub fn state(
    points: &[Option<bool>],
    evaluated: usize,
    to_alarm: usize,
    missing: MissingData,
) -> Option<State> {
    let alarm_if = |breaching: usize| {
        if breaching >= to_alarm {
            State::Alarm
        } else {
            State::Ok
        }
    };
    let real: Vec<bool> = points.iter().rev().flatten().copied().collect();
    let breaching = real.iter().take(evaluated).filter(|each| **each).count();
    if real.len() >= evaluated {
        return Some(alarm_if(breaching));
    }
    let filled = evaluated - real.len();
    match missing {
        MissingData::Breaching => Some(alarm_if(breaching + filled)),
        MissingData::NotBreaching => Some(alarm_if(breaching)),
        MissingData::Missing | MissingData::Ignore if breaching >= to_alarm => Some(State::Alarm),
        MissingData::Missing | MissingData::Ignore if real.contains(&false) => Some(State::Ok),
        MissingData::Ignore => None,
        MissingData::Missing => {
            // Breaching datapoints alone, and too few: they make an alarm once the oldest is old enough.
            let oldest = points.iter().position(Option::is_some);
            let is_old = oldest.is_some_and(|place| points.len() - place >= to_alarm.max(2));
            Some(if is_old {
                State::Alarm
            } else {
                State::InsufficientData
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `0` is not breaching, `X` is, `-` is missing; the states by each way to treat missing data.
    fn check(evaluated: usize, to_alarm: usize, points: &str, states: [Option<State>; 4]) {
        let read: Vec<Option<bool>> = points
            .chars()
            .map(|point| match point {
                '0' => Some(false),
                'X' => Some(true),
                _ => None,
            })
            .collect();
        let ways = [
            MissingData::Missing,
            MissingData::Ignore,
            MissingData::Breaching,
            MissingData::NotBreaching,
        ];
        for (way, expected) in ways.into_iter().zip(states) {
            let found = state(&read, evaluated, to_alarm, way);
            assert_eq!(found, expected, "{points} {way:?}");
        }
    }

    #[test]
    fn datapoints_come_to_the_states_of_the_user_guide() {
        let (ok, alarm) = (Some(State::Ok), Some(State::Alarm));
        let (unknown, kept) = (Some(State::InsufficientData), None);
        for (points, states) in [
            ("0-X-X", [ok, ok, ok, ok]),
            ("0----", [ok, ok, ok, ok]),
            ("-----", [unknown, kept, alarm, ok]),
            ("0XX-X", [alarm, alarm, alarm, alarm]),
            ("----X", [unknown, kept, alarm, ok]),
            ("X----", [alarm, kept, alarm, ok]),
        ] {
            check(3, 3, points, states);
        }
        for (points, states) in [
            ("0-X-X", [alarm, alarm, alarm, alarm]),
            ("00X0X", [alarm, alarm, alarm, alarm]),
            ("0-X--", [ok, ok, alarm, ok]),
            ("----0", [ok, ok, alarm, ok]),
            ("----X", [unknown, kept, alarm, ok]),
        ] {
            check(3, 2, points, states);
        }
    }
}
