//! A weight's gradient: outer products summed over the tokens, in blocks of its rows, so that
//! threads share the work whatever the batch.

use super::{Linear, Norm};
use crate::model::kernels::matmul::{Into, View, matmul};
use crate::model::kernels::rows::{add, add_column_sums};

/// Rows of a weight's gradient that one thread computes at a time.
const WEIGHT_BLOCK: usize = 96;

/// Some rows of a weight's gradient, and of its bias's.
pub struct WeightTask<'a> {
    weight: &'a mut [f32],
    bias: &'a mut [f32],
    /// From this task's first column on, and the width of its rows.
    gradient: &'a [f32],
    width: usize,
    tokens: usize,
    xs: &'a [f32],
}

pub fn weight_tasks<'a>(
    gradients: &'a mut Linear,
    gradient: &'a [f32],
    xs: &'a [f32],
    tasks: &mut Vec<WeightTask<'a>>,
) {
    let width = gradients.bias.len();
    let input = gradients.weight.len() / width;
    let blocks = gradients.weight.chunks_mut(WEIGHT_BLOCK * input);
    let blocks = blocks
        .zip(gradients.bias.chunks_mut(WEIGHT_BLOCK))
        .enumerate();
    tasks.extend(blocks.map(|(block, (weight, bias))| WeightTask {
        weight,
        bias,
        gradient: &gradient[block * WEIGHT_BLOCK..],
        width,
        tokens: gradient.len() / width,
        xs,
    }));
}

impl WeightTask<'_> {
    pub fn run(self) {
        let input = self.weight.len() / self.bias.len();
        let gradient = View::strided(self.gradient, self.tokens, self.bias.len(), self.width);
        let xs = View::new(self.xs, input);
        matmul(self.weight, input, gradient.transposed(), xs, Into::Add);
        add_column_sums(self.bias, self.gradient, self.width);
    }
}

pub fn linear_backward(gradients: &mut Linear, gradient: &[f32], xs: &[f32]) {
    let mut tasks = Vec::new();
    weight_tasks(gradients, gradient, xs, &mut tasks);
    for task in tasks {
        task.run();
    }
}

pub fn add_sums(norm: &mut Norm, sums: &[f32]) {
    let (weight, bias) = sums.split_at(norm.weight.len());
    add(&mut norm.weight, weight);
    add(&mut norm.bias, bias);
}
