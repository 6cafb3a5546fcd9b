//! The challenger against an approved model on the same rows; the statistics are `policy`'s.

use contracts::evaluation::PairedDifference;
use policy::comparison;
use policy::intervals::{self, Paired};

use super::answers::Answer;

/// Challenger minus incumbent on the same rows, in the same order.
pub fn paired_difference(
    challenger: &[Answer],
    incumbent: &[Answer],
    classes: usize,
) -> PairedDifference {
    let paired = pairs(challenger, incumbent, classes);
    let (value, interval) = intervals::paired_difference(&paired);
    let only_challenger_right = paired.iter().map(|class| class.only_first).sum();
    let only_champion_right = paired.iter().map(|class| class.only_second).sum();
    PairedDifference {
        value,
        interval,
        only_challenger_right,
        only_champion_right,
        mcnemar_p: Some(comparison::mcnemar(
            only_challenger_right,
            only_champion_right,
        )),
        minimum_detectable_difference: Some(comparison::minimum_detectable_difference(&paired)),
    }
}

/// Counts of a class's rows by which of the two was right.
fn pairs(challenger: &[Answer], incumbent: &[Answer], classes: usize) -> Vec<Paired> {
    let mut paired = vec![Paired::default(); classes];
    for (challenger, incumbent) in challenger.iter().zip(incumbent) {
        let class = &mut paired[challenger.truth];
        let cell = match (challenger.is_right(), incumbent.is_right()) {
            (true, true) => &mut class.both_right,
            (true, false) => &mut class.only_first,
            (false, true) => &mut class.only_second,
            (false, false) => &mut class.both_wrong,
        };
        *cell += 1;
    }
    paired
}
