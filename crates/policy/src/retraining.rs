//! When human labels become a part: enough of them, and not too often, for the loop feeds itself.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub minimum_new_labels: usize,
    pub maximum_per_day: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Prepare,
    TooFewLabels { found: usize, needed: usize },
    EnoughToday { made: usize },
}

/// `made_today` counts today's dataset versions that brought human labels.
pub fn decide(new_labels: usize, made_today: usize, bounds: Bounds) -> Decision {
    if new_labels < bounds.minimum_new_labels.max(1) {
        Decision::TooFewLabels {
            found: new_labels,
            needed: bounds.minimum_new_labels.max(1),
        }
    } else if made_today >= bounds.maximum_per_day {
        Decision::EnoughToday { made: made_today }
    } else {
        Decision::Prepare
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retraining_needs_labels_and_a_free_place_today() {
        let bounds = Bounds {
            minimum_new_labels: 20,
            maximum_per_day: 2,
        };
        assert_eq!(decide(20, 1, bounds), Decision::Prepare);
        assert_eq!(
            decide(19, 0, bounds),
            Decision::TooFewLabels {
                found: 19,
                needed: 20
            }
        );
        assert_eq!(decide(50, 2, bounds), Decision::EnoughToday { made: 2 });
        let none = Bounds {
            minimum_new_labels: 0,
            ..bounds
        };
        assert_eq!(
            decide(0, 0, none),
            Decision::TooFewLabels {
                found: 0,
                needed: 1
            }
        );
    }
}
