//! The weights of an ensemble: those whose average has the least loss on the validation rows.

use scores::loss::of_answer;

use crate::trained_model::ensemble::averages;

/// Weights are multiples of a twentieth: with some hundred rows finer ones are noise.
const STEPS: u32 = 20;

/// `answers` are each model's to every row. One weight for each model, with a sum of 1; of equal losses the first model
/// has most.
pub fn weights(answers: &[Vec<Vec<f32>>], classes: &[usize]) -> Vec<f64> {
    let mut best: Option<(f64, Vec<f64>)> = None;
    for weights in shares(answers.len(), STEPS) {
        let loss = balanced_loss(&averages(answers, &weights), classes);
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            best = Some((loss, weights));
        }
    }
    best.expect("at least one model").1
}

/// The mean of the classes' mean cross entropies: the models are trained for balanced accuracy, which counts classes alike.
pub fn balanced_loss(answers: &[Vec<f32>], classes: &[usize]) -> f64 {
    let labels = answers.first().map_or(0, Vec::len);
    let mut sums = vec![(0.0, 0.0); labels];
    for (answer, class) in answers.iter().zip(classes) {
        let (loss, rows) = &mut sums[*class];
        *loss += of_answer(answer[*class]);
        *rows += 1.0;
    }
    sums.retain(|(_, rows)| *rows > 0.0);
    let means = sums.iter().map(|(loss, rows)| loss / rows);
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
        let err_at = |rows: [usize; 2]| {
            let answer = |(row, class): (usize, &usize)| {
                sure(if rows.contains(&row) {
                    1 - class
                } else {
                    *class
                })
            };
            classes.iter().enumerate().map(answer).collect()
        };
        let answers = [err_at([0, 1]), err_at([2, 3]), vec![vec![0.5, 0.5]; 8]];
        let found = weights(&answers, &classes);
        assert_eq!(found, [0.5, 0.5, 0.0]);
    }

    #[test]
    fn a_rare_class_counts_as_much_as_a_frequent_one() {
        let answers = [
            vec![0.9, 0.1],
            vec![0.9, 0.1],
            vec![0.9, 0.1],
            vec![0.9, 0.1],
        ];
        let expected = -(0.9f64.ln() + 0.1f64.ln()) / 2.0;
        let found = balanced_loss(&answers, &[0, 0, 0, 1]);
        assert!((found - expected).abs() < 1e-6, "{found}");
    }
}
