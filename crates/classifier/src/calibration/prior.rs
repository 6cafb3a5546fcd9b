//! The prior correction of a balanced model whose training rows were chosen in part because they resemble a
//! rare label.
//!
//! A feature of the rare label brings more rows of it, and also rows of other labels that have the feature. Training
//! that takes equally many rows of each label then learns that the feature says little. The choice changes how often a
//! label occurs, and not what the feature means; so each label's probability is multiplied by how much the choice has
//! added to the label's rows: the prior correction of a choice-based sample (King and Zeng, "Logistic Regression in
//! Rare Events Data", Political Analysis 2001).

use std::path::Path;

use anyhow::{Context, Result, ensure};
use scores::loss::floored;

use super::{FILE, read};

/// A weight for each of the model's outputs; none where all are equal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prior(Vec<f64>);

impl Prior {
    /// Weights above 0.
    pub fn new(weights: Vec<f64>) -> Result<Prior> {
        ensure!(
            weights
                .iter()
                .all(|weight| weight.is_finite() && *weight > 0.0),
            "the prior is {weights:?}, expected numbers above 0"
        );
        Ok(Prior(weights))
    }

    /// A model folder's, for this many outputs.
    pub fn of(folder: &Path, outputs: usize) -> Result<Prior> {
        let at = || format!("read {}", folder.join(FILE).display());
        let weights = read(folder)?.map(|calibration| calibration.prior);
        let weights = weights.unwrap_or_default();
        let is_whole = weights.is_empty() || weights.len() == outputs;
        let of = weights.len();
        let checked = || {
            ensure!(
                is_whole,
                "the prior has {of} weights, the model {outputs} outputs"
            );
            Prior::new(weights)
        };
        checked().with_context(at)
    }

    /// Probabilities that sum to one, to probabilities that do.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "probabilities are stored as f32"
    )]
    pub fn apply(&self, probabilities: &mut [f32]) {
        if self.0.is_empty() {
            return;
        }
        let weighed = probabilities.iter().zip(&self.0);
        // No probability is so small that the largest vanishes with it.
        let weighed: Vec<f64> = weighed
            .map(|(probability, weight)| floored(*probability) * weight)
            .collect();
        let sum: f64 = weighed.iter().sum();
        for (probability, weighed) in probabilities.iter_mut().zip(weighed) {
            *probability = (weighed / sum) as f32;
        }
    }
}

/// By how much the choice has added to each class's rows, the largest being 1. Empty where it chose none. A row is its
/// class, and whether it was chosen.
pub fn growth(rows: impl IntoIterator<Item = (usize, bool)>, classes: usize) -> Vec<f64> {
    // Add-one smoothing: a class that occurred once or never at random may be less rare than that.
    let mut counts = vec![(1.0, 1.0); classes];
    let mut any_is_chosen = false;
    for (class, is_chosen) in rows {
        let (all, random) = &mut counts[class];
        *all += 1.0;
        if is_chosen {
            any_is_chosen = true;
        } else {
            *random += 1.0;
        }
    }
    if !any_is_chosen {
        return Vec::new();
    }
    let growth: Vec<f64> = counts.iter().map(|(all, random)| all / random).collect();
    let largest = growth.iter().copied().fold(1.0, f64::max);
    growth.iter().map(|growth| growth / largest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(counts: &[(usize, bool, usize)]) -> Vec<(usize, bool)> {
        let of = |&(class, chosen, count)| std::iter::repeat_n((class, chosen), count);
        counts.iter().flat_map(of).collect()
    }

    #[test]
    fn growth_is_what_the_choice_added_and_the_rare_class_grows_most() {
        let random = rows(&[(0, false, 9), (1, false, 99)]);
        assert!(growth(random, 2).is_empty());
        let chosen = rows(&[(0, false, 9), (0, true, 30), (1, false, 99), (1, true, 100)]);
        // 40 of 10, and 200 of 100.
        assert_eq!(growth(chosen, 2), [1.0, 0.5]);
        let never_at_random = rows(&[(0, true, 3), (1, false, 1)]);
        assert_eq!(growth(never_at_random, 3), [1.0, 0.25, 0.25]);
    }

    /// A common and a rare class; one in ten texts of the common class has a feature, nine in ten of the rare one. A
    /// tenth of the texts is labelled at random; then people are asked about all that have the feature and a tenth of
    /// the rest.
    #[test]
    fn the_prior_takes_the_choice_out_of_what_a_balanced_model_says() {
        let (texts, feature) = ([9000.0, 1000.0], [0.1, 0.9]);
        let of_feature = |shares: [f64; 2]| shares[1] / (shares[0] + shares[1]);
        let random = texts.map(|texts| 0.1 * texts);
        let chosen =
            [0, 1].map(|class| texts[class] * (feature[class] + (1.0 - feature[class]) * 0.1));
        let shares = [0, 1].map(|class| {
            let with_feature = feature[class] * (random[class] + texts[class]);
            with_feature / (random[class] + chosen[class])
        });
        let (says, right) = (of_feature(shares), of_feature(feature));
        assert!(right - says > 0.1, "{says} instead of {right}");

        let counts = [0, 1].map(|class| {
            let count = |rows: f64| rows.round() as usize;
            [
                (class, false, count(random[class])),
                (class, true, count(chosen[class])),
            ]
        });
        let growth = growth(rows(&counts.concat()), 2);
        let mut said = [1.0 - says as f32, says as f32];
        Prior::new(growth).unwrap().apply(&mut said);
        let corrected = f64::from(said[1]);
        assert!((corrected - right).abs() < 0.002, "{corrected}");
    }

    #[test]
    fn weights_keep_a_sum_of_one_and_none_change_no_bit() {
        let mut found = [0.123_456_79_f32, 0.876_543_2];
        Prior::default().apply(&mut found);
        assert_eq!(found, [0.123_456_79_f32, 0.876_543_2]);
        let mut found = [0.0_f32, 0.0, 1.0];
        Prior::new(vec![1.0, 1.0, 1e-3]).unwrap().apply(&mut found);
        assert!((found.iter().sum::<f32>() - 1.0).abs() < 1e-6 && found[2] > 0.99);
        assert!(Prior::new(vec![1.0, 0.0]).is_err());
        assert!(Prior::new(vec![f64::NAN]).is_err());
    }

    #[test]
    fn a_prior_of_other_outputs_is_refused_and_the_file_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Prior::of(folder.path(), 2).unwrap(), Prior::default());
        let answers = [vec![0.6, 0.4], vec![0.3, 0.7], vec![0.6, 0.4]];
        super::super::calibrate(folder.path(), &answers, &[0, 1, 1], &[0.5, 1.0]).unwrap();
        assert_ne!(Prior::of(folder.path(), 2).unwrap(), Prior::default());
        let error = format!("{:#}", Prior::of(folder.path(), 3).unwrap_err());
        assert!(
            error.contains(FILE) && error.contains("3 outputs"),
            "{error}"
        );
    }
}
