//! How soon after one look the next one is, by where the stack is.

use std::time::Duration;

use crate::account::{self, Account};

#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub shortest: Duration,
    pub longest: Duration,
    /// Whether pauses become longer with the time since the first look.
    pub grows: bool,
    /// How long errors that pass are taken one after another.
    pub patience: Duration,
}

/// An account has quotas for requests, and what changes there takes minutes. A network comes back, and AWS mends its faults.
const ACCOUNT: Pace = Pace {
    shortest: Duration::from_secs(1),
    longest: Duration::from_secs(10),
    grows: true,
    patience: Duration::from_mins(10),
};

/// An emulator in another process needs nothing but the processor, and what changes there takes seconds.
const EMULATOR: Pace = Pace {
    shortest: Duration::from_millis(150),
    longest: Duration::from_secs(2),
    ..ACCOUNT
};

/// The emulator of this process tells of every change: pauses let several changes come together, and it is looked at
/// all the same after the longest, for what a person is shown meanwhile. Its errors are faults of ours.
const HERE: Pace = Pace {
    shortest: Duration::from_millis(10),
    longest: Duration::from_millis(500),
    grows: false,
    patience: Duration::ZERO,
};

/// Looking takes this share of the time at most, as far as `longest` allows: others need the quota and the processor too.
const SHARE: u32 = 5;

/// What has taken long is late by this part of the time at most.
const LATE: u32 = 20;

impl Pace {
    pub fn of(account: &Account) -> Self {
        match account.emulator {
            Some(_) => HERE,
            None => Self::of_environment(),
        }
    }

    /// Of the stack that the environment names.
    pub fn of_environment() -> Self {
        if account::is_emulated() {
            EMULATOR
        } else {
            ACCOUNT
        }
    }

    /// After a look that took so long, at this time since the first one.
    pub fn pause(&self, since_first: Duration, look: Duration) -> Duration {
        let grown = if self.grows {
            since_first / LATE
        } else {
            Duration::ZERO
        };
        let pause = grown.max(look * (SHARE - 1));
        pause.clamp(self.shortest, self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_grows_with_the_time_and_with_what_a_look_takes() {
        for (pace, since_first, look, expected) in [
            (ACCOUNT, 0, 100, 1_000),
            (ACCOUNT, 60_000, 100, 3_000),
            (ACCOUNT, 60_000, 1_500, 6_000),
            (ACCOUNT, 3_600_000, 100, 10_000),
            (EMULATOR, 0, 5, 150),
            (EMULATOR, 10_000, 5, 500),
            (EMULATOR, 3_600_000, 5, 2_000),
            (HERE, 0, 1, 10),
            (HERE, 3_600_000, 30, 120),
            (HERE, 0, 300, 500),
        ] {
            let (since_first, look, expected) = (
                Duration::from_millis(since_first),
                Duration::from_millis(look),
                Duration::from_millis(expected),
            );
            assert_eq!(pace.pause(since_first, look), expected, "{pace:?}");
        }
    }
}
