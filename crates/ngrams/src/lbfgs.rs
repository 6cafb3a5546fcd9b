//! The minimum of a smooth convex function, by limited-memory BFGS (Nocedal, "Updating quasi-Newton
//! matrices with limited storage", 1980) with a backtracking line search.

use std::collections::VecDeque;

/// Steps whose curvature is remembered.
const MEMORY: usize = 10;
/// The least decrease, as a share of what the slope promises.
const DECREASE: f64 = 1e-4;
/// Halvings of a step after which no smaller one is tried.
const HALVINGS: usize = 40;

/// A change of the point and the change of the gradient that it made.
struct Step {
    point: Vec<f64>,
    gradient: Vec<f64>,
    curvature: f64,
}

/// The lowest point from `start` on, and whether it is one. `f` gives its value and writes its gradient.
/// It ends where the gradient is not longer than `enough` or no step goes down any more, which is a
/// minimum as far as the numbers' precision goes; or without one, where `limit` gradients were computed.
pub fn minimise(
    f: &mut dyn FnMut(&[f64], &mut [f64]) -> f64,
    start: Vec<f64>,
    enough: f64,
    limit: usize,
) -> (Vec<f64>, bool) {
    let mut point = start;
    let mut gradient = vec![0.0; point.len()];
    let mut value = f(&point, &mut gradient);
    let mut steps: VecDeque<Step> = VecDeque::with_capacity(MEMORY);
    let (mut next, mut next_gradient) = (point.clone(), gradient.clone());
    let mut evaluations = 1;
    while length(&gradient) > enough {
        if evaluations >= limit {
            return (point, false);
        }
        let direction = direction(&gradient, &steps);
        let slope = dot(&direction, &gradient);
        // Without curvature the gradient's length says nothing about the step's.
        let mut size = if steps.is_empty() {
            1.0 / length(&gradient)
        } else {
            1.0
        };
        let mut lower = None;
        for _ in 0..HALVINGS {
            for ((next, point), direction) in next.iter_mut().zip(&point).zip(&direction) {
                *next = point + size * direction;
            }
            let found = f(&next, &mut next_gradient);
            evaluations += 1;
            if found <= value + DECREASE * size * slope {
                lower = Some(found);
                break;
            }
            size /= 2.0;
        }
        let Some(found) = lower else { break };
        let step = Step {
            curvature: 0.0,
            point: difference(&next, &point),
            gradient: difference(&next_gradient, &gradient),
        };
        let curvature = dot(&step.point, &step.gradient);
        if curvature > 0.0 {
            if steps.len() == MEMORY {
                steps.pop_front();
            }
            steps.push_back(Step { curvature, ..step });
        }
        value = found;
        std::mem::swap(&mut point, &mut next);
        std::mem::swap(&mut gradient, &mut next_gradient);
    }
    (point, true)
}

/// Downhill by the curvature of the steps so far: the two loops of L-BFGS.
fn direction(gradient: &[f64], steps: &VecDeque<Step>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|value| -value).collect();
    let mut shares = Vec::with_capacity(steps.len());
    for step in steps.iter().rev() {
        let share = dot(&step.point, &direction) / step.curvature;
        add(&mut direction, &step.gradient, -share);
        shares.push(share);
    }
    if let Some(last) = steps.back() {
        let scale = last.curvature / dot(&last.gradient, &last.gradient);
        direction.iter_mut().for_each(|value| *value *= scale);
    }
    for (step, share) in steps.iter().zip(shares.into_iter().rev()) {
        let other = dot(&step.gradient, &direction) / step.curvature;
        add(&mut direction, &step.point, share - other);
    }
    direction
}

fn add(to: &mut [f64], values: &[f64], times: f64) {
    for (to, value) in to.iter_mut().zip(values) {
        *to += times * value;
    }
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub fn length(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_end_of_rosenbrocks_valley() {
        let mut f = |x: &[f64], gradient: &mut [f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            gradient[0] = -2.0 * a - 400.0 * x[0] * b;
            gradient[1] = 200.0 * b;
            a * a + 100.0 * b * b
        };
        let (found, converged) = minimise(&mut f, vec![-1.2, 1.0], 1e-8, 100);
        assert!(
            (found[0] - 1.0).abs() < 1e-6 && (found[1] - 1.0).abs() < 1e-6,
            "{found:?}"
        );
        assert!(converged);
        assert!(!minimise(&mut f, vec![-1.2, 1.0], 1e-8, 5).1);
    }

    #[test]
    fn a_flat_start_is_the_answer_and_no_step_up_is_taken() {
        let mut flat = |_: &[f64], gradient: &mut [f64]| {
            gradient.fill(0.0);
            3.0
        };
        assert_eq!(minimise(&mut flat, vec![5.0], 1e-4, 100), (vec![5.0], true));
        let mut lying = |x: &[f64], gradient: &mut [f64]| {
            gradient[0] = 1.0;
            -x[0]
        };
        assert_eq!(minimise(&mut lying, vec![0.0], 1e-4, 100).0, [0.0]);
    }
}
