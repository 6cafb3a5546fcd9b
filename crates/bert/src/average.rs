//! An exponential moving average of the weights over the updates of a training.
//!
//! Averages of fine-tuned weights classify better than the last ones in Xu et al. (BERT, arXiv:2002.10345), exponential ones
//! need less of a decay of the learning rate and generalise better in Morales-Brotons et al. (arXiv:2411.18704). Here it is
//! normalised, as Adam's moments are (arXiv:1412.6980): the weights after update t count `decay^(T - t)`, over the sum
//! of all such factors, so that the weights before the first update have no part in it, however short the training.

use rayon::prelude::*;

use crate::network::Parameters;

/// Values that one thread averages at a time.
const BLOCK: usize = 1 << 16;

/// A checkpoint stores the weights.
pub struct Average {
    pub weights: Parameters,
    decay: f64,
}

impl Average {
    /// `parameters` are those before the first update; their shapes count alone.
    pub fn new(parameters: &Parameters, decay: f64) -> Average {
        Average {
            weights: parameters.clone(),
            decay,
        }
    }

    /// Takes in the parameters after so many updates. A tensor that never changes keeps its bits.
    #[allow(clippy::cast_possible_truncation, reason = "weights are f32")]
    pub fn add(&mut self, parameters: &mut Parameters, updates: i32) {
        let share = (1.0 - self.decay) / (1.0 - self.decay.powi(updates));
        let share = share as f32;
        let tensors = self.weights.named().into_iter().zip(parameters.named());
        for ((_, averages), (_, values)) in tensors {
            let blocks = averages.par_chunks_mut(BLOCK).zip(values.par_chunks(BLOCK));
            blocks.for_each(|(averages, values)| {
                for (average, value) in averages.iter_mut().zip(values) {
                    *average += share * (value - *average);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_three_updates_it_is_the_average_by_hand() {
        let of = |value: f32| {
            let mut parameters = Parameters::of_layers(1);
            parameters.layers[0].query.weight = vec![value, -value];
            parameters.word_embeddings = vec![7.0];
            parameters
        };
        let mut average = Average::new(&of(100.0), 0.5);
        // Of halves: 1; (0.5 * 1 + 3) / 1.5; (0.25 * 1 + 0.5 * 3 + 8) / 1.75.
        let cases: [(i32, f32, f32); 3] =
            [(1, 1.0, 1.0), (2, 3.0, 3.5 / 1.5), (3, 8.0, 9.75 / 1.75)];
        for (updates, value, expected) in cases {
            average.add(&mut of(value), updates);
            let found = &average.weights.layers[0].query.weight;
            for (found, expected) in found.iter().zip([expected, -expected]) {
                assert!((found - expected).abs() < 1e-5, "{found}, not {expected}");
            }
        }
        assert_eq!(average.weights.word_embeddings, [7.0]);
    }
}
