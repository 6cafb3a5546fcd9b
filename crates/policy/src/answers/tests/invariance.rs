//! Nothing depends on the order or the names of what is counted, and every table has an answer.

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 6] = ["ann", "bob", "cem", "dan", "eve", "fay"];
const RULE: Rule = Rule {
    least_posterior: 0.95,
    maximum_answers: 3,
};

/// Label by reviewer, whether the model speaks and for which label, and whether it is an audit.
type Row = (Vec<Option<usize>>, Option<usize>, bool);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let answers = proptest::collection::vec(proptest::option::weighted(0.4, 0..3usize), 6);
    let row = (answers, proptest::option::of(0..3usize), any::<bool>());
    proptest::collection::vec(row, 0..40)
}

fn tasks(rows: &[Row], labels: [usize; 3]) -> Vec<Task<'static>> {
    let task = |(answers, voice, audit): &Row| {
        let given = NAMES.into_iter().zip(answers);
        let probability =
            |spoken: usize| labels.map(|label| if label == spoken { 0.8 } else { 0.1 });
        Task {
            answers: given
                .filter_map(|(name, label)| Some((name, LABELS[(*label)?])))
                .collect(),
            origin: if *audit {
                Origin::Audit
            } else {
                Origin::Uncertain
            },
            probabilities: voice.map(|label| probability(label).to_vec()),
        }
    };
    rows.iter().map(task).collect()
}

fn same(first: &Consensus, second: &Consensus) -> bool {
    // EM stops at a change of 1e-6, which an order of sums may bring one iteration earlier.
    (first.posterior - second.posterior).abs() < 1e-5 && first.label == second.label
}

proptest! {
    #[test]
    fn the_order_of_texts_answers_and_labels_changes_nothing(rows in rows(), turn in 0..40usize) {
        let plain = tasks(&rows, [0, 1, 2]);
        let found = consolidate(&read(&plain), RULE);

        let mut turned = tasks(&rows, [2, 0, 1]);
        let by = turn.min(turned.len());
        turned.iter_mut().for_each(|task| task.answers.reverse());
        turned.rotate_left(by);
        let labels = [LABELS[2], LABELS[0], LABELS[1]];
        let turned = Answers::new(&labels, &turned).unwrap();
        let mut back = consolidate(&turned, RULE);
        back.rotate_right(by);
        for (first, second) in found.iter().zip(&back) {
            prop_assert!(same(first, second), "{first:?} {second:?}");
        }
        for (first, second) in reviewers(&read(&plain)).iter().zip(&reviewers(&turned)) {
            prop_assert_eq!(first.reviewer, second.reviewer);
            prop_assert!((first.accuracy - second.accuracy).abs() < 1e-4);
        }
        let (first, second) = (agreement(&read(&plain), 1), agreement(&turned, 1));
        prop_assert_eq!(first.map(|found| found.texts), second.map(|found| found.texts));
        if let (Some(first), Some(second)) = (first, second) {
            prop_assert!((first.alpha - second.alpha).abs() < 1e-12);
        }
    }

    #[test]
    fn every_table_has_an_answer_and_every_figure_is_a_share(rows in rows()) {
        let tasks = tasks(&rows, [0, 1, 2]);
        let answers = read(&tasks);
        let found = consolidate(&answers, RULE);
        prop_assert_eq!(found.len(), tasks.len());
        for (consensus, task) in found.iter().zip(&tasks) {
            prop_assert!((0.0..=1.0).contains(&consensus.posterior), "{:?}", consensus);
            let agreeing = task.answers.iter().filter(|(_, label)| Some(*label) == consensus.label);
            prop_assert_eq!(consensus.agreeing, agreeing.count());
            prop_assert!(!(task.answers.is_empty() && consensus.next == Next::Done));
        }
        for quality in reviewers(&answers) {
            let interval = quality.interval;
            prop_assert!(0.0 <= interval.low && interval.low <= quality.accuracy, "{:?}", quality);
            prop_assert!(quality.accuracy <= interval.high && interval.high <= 1.0, "{:?}", quality);
        }
        if let Some(found) = agreement(&answers, 1) {
            prop_assert!(found.alpha <= 1.0 && found.interval.low <= found.interval.high);
        }
    }
}
