//! Every backward pass against central finite differences of its forward pass.

use std::sync::Arc;

use candle_core::{Device, Result, Tensor, Var};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{bias_add, bias_gelu, dropout, embeddings, layer_norm, masked_softmax};

fn random(shape: &[usize], seed: u64) -> Var {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| rng.random_range(-1.5..1.5))
        .collect();
    Var::from_tensor(&Tensor::from_vec(values, shape, &Device::Cpu).unwrap()).unwrap()
}

/// Compares the gradient of a random weighting of `f`'s outputs with finite differences.
fn check_gradients(inputs: &[Var], f: impl Fn() -> Result<Tensor>) {
    let weights = random(f().unwrap().dims(), 99);
    let loss = || (f()? * weights.as_tensor())?.sum_all();
    let gradients = loss().unwrap().backward().unwrap();
    for (place, input) in inputs.iter().enumerate() {
        let gradient = gradients
            .get(input)
            .unwrap()
            .flatten_all()
            .unwrap()
            .to_vec1::<f32>()
            .unwrap();
        let original = input.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        for element in 0..original.len() {
            let at = |shift: f32| {
                let mut values = original.clone();
                values[element] += shift;
                input
                    .set(&Tensor::from_vec(values, input.shape(), &Device::Cpu).unwrap())
                    .unwrap();
                f64::from(loss().unwrap().to_scalar::<f32>().unwrap())
            };
            let expected = (at(1e-2) - at(-1e-2)) / 2e-2;
            at(0.0);
            let found = f64::from(gradient[element]);
            let tolerance = 2e-3 + 1e-2 * expected.abs();
            assert!(
                (found - expected).abs() < tolerance,
                "input {place}[{element}]: {found} against {expected}"
            );
        }
    }
}

#[test]
fn bias_add_has_the_right_gradients() {
    let (xs, bias) = (random(&[5, 4], 1), random(&[4], 2));
    check_gradients(&[xs.clone(), bias.clone()], || bias_add(&xs, &bias));
}

#[test]
fn bias_gelu_has_the_right_gradients() {
    let (xs, bias) = (random(&[5, 4], 1), random(&[4], 2));
    check_gradients(&[xs.clone(), bias.clone()], || bias_gelu(&xs, &bias));
}

#[test]
fn layer_norm_has_the_right_gradients() {
    let (xs, weight, bias) = (random(&[3, 6], 1), random(&[6], 2), random(&[6], 3));
    check_gradients(&[xs.clone(), weight.clone(), bias.clone()], || {
        layer_norm(&xs, &weight, &bias, 1e-12)
    });
}

#[test]
fn masked_softmax_has_the_right_gradients() {
    let scores = random(&[2, 2, 3, 3], 1);
    check_gradients(std::slice::from_ref(&scores), || {
        masked_softmax(&scores, 0.7, Arc::from([3, 2]))
    });
}

#[test]
fn embeddings_have_the_right_gradients() {
    let (word, position, token_type) = (random(&[5, 3], 1), random(&[4, 3], 2), random(&[2, 3], 3));
    let ids: Arc<[u32]> = Arc::from([1, 4, 0, 2, 4, 4]);
    let inputs = [word.clone(), position.clone(), token_type.clone()];
    check_gradients(&inputs, || {
        embeddings(&word, &position, &token_type, Arc::clone(&ids), 3)
    });
}

#[test]
fn dropout_has_the_right_gradients() {
    let xs = random(&[4, 5], 1);
    check_gradients(std::slice::from_ref(&xs), || dropout(&xs, 0.4, 7));
}

#[test]
fn dropout_drops_its_share_and_keeps_the_mean() {
    let xs = Tensor::ones((200, 100), candle_core::DType::F32, &Device::Cpu).unwrap();
    let dropped = dropout(&xs, 0.25, 3)
        .unwrap()
        .flatten_all()
        .unwrap()
        .to_vec1::<f32>()
        .unwrap();
    let zeros = dropped.iter().filter(|x| **x == 0.0).count();
    assert!((4700..5300).contains(&zeros), "{zeros} of 20000 dropped");
    assert!(
        dropped
            .iter()
            .all(|x| *x == 0.0 || (*x - 4.0 / 3.0).abs() < 1e-6)
    );
}

#[test]
fn gelu_agrees_with_an_independent_error_function() {
    let xs: Vec<f32> = (-600..=600).map(|x| x as f32 / 100.0).collect();
    let tensor = Tensor::from_vec(xs.clone(), (1, xs.len()), &Device::Cpu).unwrap();
    let bias = Tensor::zeros(xs.len(), candle_core::DType::F32, &Device::Cpu).unwrap();
    let ours = bias_gelu(&tensor, &bias)
        .unwrap()
        .flatten_all()
        .unwrap()
        .to_vec1::<f32>()
        .unwrap();
    let theirs = tensor
        .gelu_erf()
        .unwrap()
        .flatten_all()
        .unwrap()
        .to_vec1::<f32>()
        .unwrap();
    for ((x, ours), theirs) in xs.iter().zip(ours).zip(theirs) {
        assert!(
            (ours - theirs).abs() < 1e-6,
            "gelu({x}): {ours} against {theirs}"
        );
    }
}

#[test]
fn masked_keys_get_no_probability_and_the_rest_sums_to_one() {
    let scores = random(&[2, 1, 3, 3], 4);
    let probabilities = masked_softmax(&scores, 1.0, Arc::from([1, 2]))
        .unwrap()
        .flatten_all()
        .unwrap();
    let probabilities = probabilities.to_vec1::<f32>().unwrap();
    for (row, probabilities) in probabilities.chunks(3).enumerate() {
        let length = if row < 3 { 1 } else { 2 };
        assert!(probabilities[length..].iter().all(|p| *p == 0.0));
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
