//! Delivery as EventBridge allows it: at least once, at any time, in any order.

use time::Duration;

use local_core::dice::Dice;

/// Late enough that what came after is delivered before.
const LATEST_MILLISECONDS: u64 = 1_000;

/// When the copies of a delivery go out: one or, in a third of the cases, two; half of them late.
pub(super) fn delays(seed: u64, occasion: &str) -> Vec<Duration> {
    let dice = Dice::seeded(seed);
    let roll = |purpose: &str| {
        let purpose = format!("events/{purpose}/{occasion}");
        dice.stream(&purpose).number()
    };
    let copies = if roll("twice").is_multiple_of(3) {
        2
    } else {
        1
    };
    (0..copies)
        .map(|copy| {
            if roll(&format!("late/{copy}")).is_multiple_of(2) {
                let milliseconds = roll(&format!("delay/{copy}")) % LATEST_MILLISECONDS;
                Duration::milliseconds(i64::try_from(milliseconds).unwrap_or_default())
            } else {
                Duration::ZERO
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_disorder_and_another_seed_another() {
        let all = |seed| -> Vec<Vec<Duration>> {
            let occasions = 0..100;
            occasions
                .map(|number| delays(seed, &number.to_string()))
                .collect()
        };
        assert_eq!(all(7), all(7));
        assert_ne!(all(7), all(8));
        let twice = all(7).iter().filter(|copies| copies.len() == 2).count();
        assert!((15..60).contains(&twice), "{twice} of 100 twice");
        let firsts: Vec<Duration> = all(7).iter().map(|copies| copies[0]).collect();
        assert!(!firsts.is_sorted(), "nothing would be out of order");
    }
}
