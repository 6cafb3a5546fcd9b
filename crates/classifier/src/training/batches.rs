//! Which rows an epoch sees, and in which batches.

use std::fmt::Display;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use policy::random::seed_of;

/// The rows of one epoch, all of them or balanced.
pub fn epoch_rows(by_class: &[Vec<usize>], epoch: usize, balance: bool) -> Vec<usize> {
    if balance {
        balanced(by_class, epoch)
    } else {
        by_class.concat()
    }
}

/// The rows of one epoch, equally many of each class: as many as the smallest has. Each class
/// comes in the order of its balancing fraction, and each epoch takes the next window of it, so
/// that over the epochs the large classes are seen whole.
pub fn balanced(classes: &[Vec<usize>], epoch: usize) -> Vec<usize> {
    let smallest = classes.iter().map(Vec::len).min().unwrap_or(0);
    let window = |rows: &Vec<usize>| -> Vec<usize> {
        rows.iter()
            .cycle()
            .skip(epoch * smallest % rows.len())
            .take(smallest)
            .copied()
            .collect()
    };
    classes
        .iter()
        .filter(|rows| !rows.is_empty())
        .flat_map(window)
        .collect()
}

/// A class of fewer rows is a small one, however few rows there are in all.
const FEW: usize = 10;
/// So is a class of less than this part of what each would have if all had equally many.
const PART: usize = 10;

/// Names a small class, which cuts every class of a balanced epoch to its size: a typo in a label makes such a class.
pub fn warning(classes: &[Vec<usize>], labels: &[impl Display], balance: bool) -> Option<String> {
    let sizes = labels.iter().zip(classes.iter().map(Vec::len));
    let (label, smallest) = sizes.min_by_key(|(_, rows)| *rows)?;
    let all: usize = classes.iter().map(Vec::len).sum();
    let of_epoch = smallest * classes.len();
    let is_small = smallest < FEW || of_epoch * PART < all;
    (balance && is_small && of_epoch < all).then(|| {
        format!(
            "the label \"{label}\" has {smallest} of {all} train rows, and a balanced epoch sees no more of any other: \
             is it a typo? balance=false takes all rows"
        )
    })
}

/// Puts the rows into the epoch's order. Neighbouring seeds share no order, so that runs
/// that differ by their seed are independent of each other.
pub fn shuffle(rows: &mut [usize], seed: u64, epoch: u32) {
    let seed = seed_of(seed, u64::from(epoch));
    rows.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
}

/// Texts are computed without padding, so those of a batch need not be equally long.
pub fn in_batches(rows: &[usize], batch_size: usize) -> Vec<Vec<usize>> {
    rows.chunks(batch_size).map(<[usize]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn balanced_epochs_take_equally_many_of_each_class_and_see_all_of_the_large_ones() {
        let classes = [vec![0, 1], vec![2, 3, 4, 5, 6]];
        assert_eq!(balanced(&classes, 0), [0, 1, 2, 3]);
        assert_eq!(balanced(&classes, 1), [0, 1, 4, 5]);
        assert_eq!(balanced(&classes, 2), [0, 1, 6, 2]);
    }

    #[test]
    fn a_class_that_cuts_the_others_to_a_few_rows_is_named() {
        let of = |sizes: [usize; 3], balance| {
            let classes = sizes.map(|rows| vec![0; rows]);
            warning(&classes, &["bad", "good", "godo"], balance)
        };
        let found = of([80, 80, 3], true).unwrap();
        assert!(
            found.starts_with("the label \"godo\" has 3 of 163 train rows"),
            "{found}"
        );
        assert!(of([400, 761, 40], true).is_some_and(|it| it.contains("40 of 1201")));
        assert_eq!(of([400, 760, 40], true), None, "a tenth is no small part");
        assert_eq!(of([80, 80, 10], true), None);
        assert_eq!(of([80, 80, 3], false), None, "nothing is cut");
        assert_eq!(of([3, 3, 3], true), None, "nothing is cut");
    }

    #[test]
    fn batches_hold_every_row_once() {
        let batches = in_batches(&order(1, 0), 16);
        assert_eq!(batches.len(), 63);
        let mut rows = batches.concat();
        assert!(!rows.is_sorted());
        rows.sort_unstable();
        assert_eq!(rows, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn no_epoch_of_a_seed_has_the_order_of_an_epoch_of_its_neighbour() {
        let orders: Vec<Vec<usize>> = (1..6)
            .flat_map(|seed| (0..5).map(move |epoch| order(seed, epoch)))
            .collect();
        let distinct: BTreeSet<&Vec<usize>> = orders.iter().collect();
        assert_eq!(distinct.len(), orders.len());
        assert_eq!(order(3, 2), order(3, 2));
    }

    fn order(seed: u64, epoch: u32) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..1000).collect();
        shuffle(&mut rows, seed, epoch);
        rows
    }
}
