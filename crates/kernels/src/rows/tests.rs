//! Each kernel against its scalar twin, bit for bit, and against the formula it stands for.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::exact::normal_distribution;

const WIDTH: usize = 75;

fn random(count: usize, seed: u64) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| rng.random_range(-3.0..3.0)).collect()
}

/// `run` gets buffers to change, once with the kernel and once with its twin.
fn twins(sizes: &[usize], run: impl Fn(bool, &mut [Vec<f32>])) {
    let made = |twin| {
        let mut buffers: Vec<_> = sizes
            .iter()
            .zip(1..)
            .map(|(size, seed)| random(*size, seed))
            .collect();
        run(twin, &mut buffers);
        buffers
            .concat()
            .into_iter()
            .map(f32::to_bits)
            .collect::<Vec<_>>()
    };
    assert!(made(false) == made(true));
}

#[test]
fn kernels_give_the_bits_of_their_scalar_twins() {
    let (rows, count) = (4, 4 * WIDTH);
    let fixed = random(count, 50);
    let narrow = &fixed[..WIDTH];
    twins(&[count], |twin, b| {
        if twin {
            add_scalar(&mut b[0], &fixed)
        } else {
            add(&mut b[0], &fixed)
        }
    });
    twins(&[30], |twin, b| {
        let sums = &mut b[0];
        if twin {
            add_column_sums_scalar(sums, &fixed, WIDTH)
        } else {
            add_column_sums(sums, &fixed, WIDTH)
        }
    });
    twins(&[count, count], |twin, b| {
        let (xs, out) = b.split_at_mut(1);
        let (xs, out) = (&mut xs[0], &mut out[0]);
        if twin {
            gelu_scalar(xs, out)
        } else {
            gelu(xs, out)
        }
        if twin {
            gelu_backward_scalar(xs, out)
        } else {
            gelu_backward(xs, out)
        }
    });
    twins(&[count, count, rows], |twin, b| {
        let [xs, out, scales] = b else { unreachable!() };
        let norm = if twin { layer_norm_scalar } else { layer_norm };
        norm(xs, scales, narrow, &fixed[WIDTH..2 * WIDTH], 1e-5, out);
    });
    twins(&[count, 2 * WIDTH], |twin, b| {
        let [grad, sums] = b else { unreachable!() };
        let backward = if twin {
            layer_norm_backward_scalar
        } else {
            layer_norm_backward
        };
        backward(grad, &fixed, &fixed[..rows], narrow, sums);
    });
    twins(&[count], |twin, b| {
        let scores = &mut b[0];
        if twin {
            softmax_scalar(scores, WIDTH, 0.3)
        } else {
            softmax(scores, WIDTH, 0.3)
        }
    });
    twins(&[count], |twin, b| {
        let backward = if twin {
            softmax_backward_scalar
        } else {
            softmax_backward
        };
        backward(&mut b[0], &fixed, WIDTH, 0.3);
    });
    twins(&[count], |twin, b| {
        let drop = if twin {
            drop_values_scalar
        } else {
            drop_values
        };
        drop(&mut b[0], 7, 11, 1 << 30, 1.25);
    });
    twins(&[1], |twin, b| {
        let sum = <&mut [f32; 1]>::try_from(b[0].as_mut_slice()).unwrap();
        if twin {
            add_squares_scalar(sum, &fixed)
        } else {
            add_squares(sum, &fixed)
        }
    });
}

#[test]
fn exp_and_gelu_agree_with_independent_ones() {
    for step in -8000..=8000 {
        let x = step as f32 / 100.0;
        let (found, expected) = (f64::from(exp(x)), f64::from(x).exp());
        assert!(
            (found / expected - 1.0).abs() < 3e-7,
            "exp({x}): {found}, expected {expected}"
        );
    }
    let xs: Vec<f32> = (-600..=600).map(|x| x as f32 / 100.0).collect();
    let mut ours = xs.clone();
    gelu(&xs, &mut ours);
    for (x, found) in xs.into_iter().map(f64::from).zip(ours) {
        let (found, expected) = (f64::from(found), x * normal_distribution(x));
        assert!(
            (found - expected).abs() < 1e-6,
            "gelu({x}): {found}, expected {expected}"
        );
    }
}

#[test]
fn dropout_drops_its_share_and_keeps_the_mean() {
    let mut xs = vec![1f32; 20_000];
    Dropout::new(0.25, 3).apply(&mut xs, 0);
    let zeros = xs.iter().filter(|x| **x == 0.0).count();
    assert!((4700..5300).contains(&zeros), "{zeros} of 20000 dropped");
    assert!(
        xs.iter()
            .all(|x| *x == 0.0 || (*x - 4.0 / 3.0).abs() < 1e-6)
    );
    let mut parts = vec![1f32; 20_000];
    for (part, xs) in parts.chunks_mut(999).enumerate() {
        Dropout::new(0.25, 3).apply(xs, part * 999);
    }
    assert_eq!(parts, xs, "by place, however the values are cut");
    let mut other = vec![1f32; 20_000];
    Dropout::new(0.25, 4).apply(&mut other, 0);
    assert_ne!(other, xs);
}
