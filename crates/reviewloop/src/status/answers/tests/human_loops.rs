use contracts::evaluation::Interval;

use super::*;
use crate::status::facts::{Labelling, Loops};

#[test]
fn human_loops_wait_for_reviewers_then_for_enough_labels() {
    let with = |loops| {
        answer(&Facts {
            loops,
            ..Facts::default()
        })
        .human_loops
    };
    let loops = Loops {
        waiting: 1,
        completed: 4,
        ended: 0,
        skipped: 0,
        labels: 4,
        unlabelled: 0,
        new_labels: 4,
        labelling: None,
    };
    check(
        &with(loops.clone()),
        "1 waiting, 4 completed",
        Some("reviewers have 1 task to answer"),
    );
    check(
        &with(Loops {
            waiting: 0,
            ..loops.clone()
        }),
        "0 waiting",
        Some("4 new labels; retraining starts at MinimumNewLabels"),
    );
    check(
        &with(Loops {
            waiting: 0,
            labels: 3,
            unlabelled: 1,
            ..loops.clone()
        }),
        "3 labels",
        Some("1 texts have no label"),
    );
    check(
        &with(Loops {
            waiting: 0,
            new_labels: 0,
            ..loops.clone()
        }),
        "4 labels",
        None,
    );
    let labelling = Labelling {
        alpha: 0.714,
        interval: Interval {
            low: 0.6,
            high: 0.8,
        },
        suspects: 1,
    };
    check(
        &with(Loops {
            labelling: Some(labelling),
            waiting: 0,
            new_labels: 0,
            ..loops
        }),
        "4 labels; reviewers agree with alpha 0.71 (0.60 to 0.80)",
        Some("reviewloop reviewers shows whose"),
    );
}
