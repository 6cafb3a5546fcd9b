//! A weight's gradient: outer products summed over the tokens.

use kernels::product::{Onto, Panels, product_of_transposed};
use kernels::rows::add;

use super::{Linear, Norm};

/// The gradients of a linear layer's weight and bias; the bias's are added, and the weight's as `onto` says. `gradient` is
/// the loss's gradient with respect to the layer's output, and `xs` its input packed as a product's right operand.
pub fn linear_backward(gradients: &mut Linear, gradient: &[f32], xs: &Panels, onto: Onto) {
    let width = gradients.bias.len();
    let result = (&mut gradients.weight[..], &mut gradients.bias[..]);
    product_of_transposed(gradient, width, xs, result, onto);
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
