//! From the hidden vector to probabilities, by the loss that the model was trained with.

use scores::softmax;

use crate::matrix::{Matrix, dot};

/// By their numbers in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    HierarchicalSoftmax = 1,
    NegativeSampling = 2,
    Softmax = 3,
    OneVsAll = 4,
}

impl Loss {
    pub fn from_number(number: i32) -> Option<Loss> {
        [
            Loss::HierarchicalSoftmax,
            Loss::NegativeSampling,
            Loss::Softmax,
            Loss::OneVsAll,
        ]
        .into_iter()
        .find(|loss| *loss as i32 == number)
    }

    /// One per output row.
    pub fn probabilities(
        self,
        hidden: &[f32],
        output: &Matrix,
        tree: &HuffmanTree,
        probabilities: &mut Vec<f32>,
    ) {
        probabilities.clear();
        let scores = (0..output.rows()).map(|row| dot(output.row(row), hidden));
        match self {
            Loss::HierarchicalSoftmax => tree.probabilities(scores, probabilities),
            Loss::NegativeSampling | Loss::OneVsAll => {
                probabilities.extend(scores.map(tabulated_sigmoid));
            }
            Loss::Softmax => {
                probabilities.extend(scores);
                softmax(probabilities);
            }
        }
    }
}

/// The official sigmoid: 512 steps from -8 to 8, which differs from the exact one by up to 0.008. A
/// model's answers must not depend on the program that reads it, so the steps are part of the
/// model.
fn tabulated_sigmoid(score: f32) -> f32 {
    const RANGE: f32 = 8.0;
    const STEPS: f32 = 512.0;
    if score < -RANGE {
        0.0
    } else if score > RANGE {
        1.0
    } else {
        let step = ((score + RANGE) * STEPS / RANGE / 2.0).floor();
        sigmoid(step * 2.0 * RANGE / STEPS - RANGE)
    }
}

fn sigmoid(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

/// The tree of hierarchical softmax: frequent labels have short paths.
pub struct HuffmanTree {
    leaves: usize,
    /// Children of each inner node, which follow the leaves in number.
    children: Vec<[usize; 2]>,
}

impl HuffmanTree {
    /// From the labels' counts, which come in falling order.
    pub fn new(counts: impl Iterator<Item = i64>) -> HuffmanTree {
        let mut counts: Vec<i64> = counts.collect();
        let leaves = counts.len();
        let mut children: Vec<[usize; 2]> = Vec::new();
        // The rarest leaf that has no parent is `leaf - 1`, the oldest such inner node is `node`.
        let (mut leaf, mut node) = (leaves, leaves);
        for _ in 1..leaves {
            let pair = [(); 2].map(|()| {
                let rarer = leaf > 0
                    && counts
                        .get(node)
                        .is_none_or(|inner| counts[leaf - 1] < *inner);
                if rarer {
                    leaf -= 1;
                    leaf
                } else {
                    node += 1;
                    node - 1
                }
            });
            counts.push(pair.iter().map(|place| counts[*place]).sum());
            children.push(pair);
        }
        HuffmanTree { leaves, children }
    }

    /// `scores` come per inner node; the second child is taken with the sigmoid's probability.
    fn probabilities(&self, scores: impl Iterator<Item = f32>, probabilities: &mut Vec<f32>) {
        let scores: Vec<f32> = scores.collect();
        let mut of_node = vec![1f32; self.leaves + self.children.len()];
        for (inner, pair) in self.children.iter().enumerate().rev() {
            let second = sigmoid(scores[inner]);
            let [a, b] = *pair;
            of_node[a] = of_node[self.leaves + inner] * (1.0 - second);
            of_node[b] = of_node[self.leaves + inner] * second;
        }
        probabilities.extend_from_slice(&of_node[..self.leaves]);
    }
}
