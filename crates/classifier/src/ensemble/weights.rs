//! The weights of an ensemble: those whose average has the least loss on the validation rows.

use scores::loss::of_answer;

/// Weights are multiples of a twentieth: with some hundred rows finer ones are noise.
const STEPS: u32 = 20;

/// `answers` are each model's to every row. One weight for each model, with a sum of 1; of equal losses the first model
/// has most.
pub fn weights(answers: &[&[Vec<f32>]], classes: &[usize], balance: bool) -> Vec<f64> {
    let mut best: Option<(f64, Vec<f64>)> = None;
    for weights in shares(answers.len(), STEPS) {
        let loss = loss(answers, &weights, classes, balance);
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            best = Some((loss, weights));
        }
    }
    best.expect("at least one model").1
}

/// The cross entropy of the models' average. Models that are trained for balanced accuracy have the mean of the classes'
/// means, in which classes count alike; others the mean of all rows.
pub fn loss(answers: &[&[Vec<f32>]], weights: &[f64], classes: &[usize], balance: bool) -> f64 {
    let labels = answers[0].first().map_or(0, Vec::len);
    let mut sums = vec![(0.0, 0.0); if balance { labels } else { 1 }];
    let mut logits = vec![0f64; labels];
    for (row, class) in classes.iter().enumerate() {
        logits.fill(0.0);
        let parts = answers.iter().zip(weights);
        for (answer, weight) in parts.filter(|(_, weight)| **weight > 0.0) {
            for (logit, probability) in logits.iter_mut().zip(&answer[row]) {
                *logit -= weight * of_answer(*probability);
            }
        }
        let exponentials: f64 = logits.iter().map(|logit| logit.exp()).sum();
        let (sum, rows) = &mut sums[if balance { *class } else { 0 }];
        *sum += exponentials.ln() - logits[*class];
        *rows += 1.0;
    }
    sums.retain(|(_, rows)| *rows > 0.0);
    let means = sums.iter().map(|(sum, rows)| sum / rows);
    means.sum::<f64>() / sums.len().max(1) as f64
}

/// All ways to share `steps` parts among the models, the first model's shares falling.
fn shares(models: usize, steps: u32) -> Vec<Vec<f64>> {
    fn parts(models: usize, steps: u32) -> Vec<Vec<u32>> {
        if models == 1 {
            return vec![vec![steps]];
        }
        let with_first = |first: u32| {
            let rest = parts(models - 1, steps - first).into_iter();
            rest.map(move |rest| [vec![first], rest].concat())
        };
        (0..=steps).rev().flat_map(with_first).collect()
    }
    let share = |part: u32| f64::from(part) / f64::from(steps);
    let all = parts(models, steps).into_iter();
    all.map(|parts| parts.into_iter().map(share).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trained_model::ensemble::averages;

    #[test]
    fn shares_have_a_sum_of_one_and_are_all_there_are() {
        let found = shares(3, 20);
        assert_eq!(found.len(), 231);
        assert_eq!(found[0], [1.0, 0.0, 0.0]);
        for shares in found {
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
        assert_eq!(shares(1, 20), [[1.0]]);
    }

    /// Two models that err on different rows are better together; one that says nothing gets nothing.
    #[test]
    fn weights_go_to_models_that_add_something() {
        let sure = |class: usize| if class == 0 { [0.8, 0.2] } else { [0.2, 0.8] }.to_vec();
        let classes = [0, 1, 0, 1, 0, 1, 0, 1];
        let err_at = |rows: [usize; 2]| -> Vec<Vec<f32>> {
            let answer = |(row, class): (usize, &usize)| {
                sure(if rows.contains(&row) {
                    1 - class
                } else {
                    *class
                })
            };
            classes.iter().enumerate().map(answer).collect()
        };
        let (one, other, silent) = (err_at([0, 1]), err_at([2, 3]), vec![vec![0.5, 0.5]; 8]);
        let found = weights(&[&one, &other, &silent], &classes, true);
        assert_eq!(found, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn a_loss_is_that_of_the_answers_that_are_served() {
        let (one, other) = (
            vec![vec![0.9, 0.1], vec![0.6, 0.4], vec![0.3, 0.7]],
            vec![vec![0.2, 0.8], vec![0.7, 0.3], vec![0.5, 0.5]],
        );
        let (classes, shares) = ([0, 0, 1], [0.25, 0.75]);
        let served = averages(&[one.clone(), other.clone()], &shares);
        let losses: Vec<f64> = served
            .iter()
            .zip(classes)
            .map(|(answer, class)| of_answer(answer[class]))
            .collect();
        let found = |balance| loss(&[&one, &other], &shares, &classes, balance);
        assert!((found(false) - losses.iter().sum::<f64>() / 3.0).abs() < 1e-6);
        let of_classes = ((losses[0] + losses[1]) / 2.0 + losses[2]) / 2.0;
        assert!((found(true) - of_classes).abs() < 1e-6);
    }
}
