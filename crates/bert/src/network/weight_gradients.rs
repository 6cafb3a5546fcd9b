//! A weight's gradient: outer products summed over the tokens.

use kernels::product::{Onto, Panels, Strips, product};
use kernels::rows::{add, add_column_sums};

use super::{Linear, Norm};

/// The gradients of a linear layer's weight and bias; the bias's are added, and the weight's as `onto` says. `gradient` is
/// the loss's gradient with respect to the layer's output, `xs` its input packed as a product's right operand, and
/// `transposed` a scratch buffer.
pub fn linear_backward(
    gradients: &mut Linear,
    gradient: &[f32],
    xs: &Panels,
    transposed: &mut Strips,
    onto: Onto,
) {
    let width = gradients.bias.len();
    transposed.set_transposed(gradient, width);
    product(transposed.left(), xs, &mut gradients.weight, onto);
    add_column_sums(&mut gradients.bias, gradient, width);
}

/// Adds the sums of each block of rows of a layer norm's backward pass.
pub fn norm_backward(norm: &mut Norm, blocks: &[f32]) {
    let width = norm.weight.len();
    if width == 0 {
        return;
    }
    for sums in blocks.chunks_exact(2 * width) {
        add(&mut norm.weight, &sums[..width]);
        add(&mut norm.bias, &sums[width..]);
    }
}
