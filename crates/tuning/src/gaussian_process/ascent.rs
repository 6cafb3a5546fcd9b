//! The ascent to the highest posterior density by the signs of its gradient (Rprop without backtracking, Igel and
//! Hüsken 2003): it needs no line search, and no scale of the parameters.

use super::kernel::Kernel;

const STEPS: usize = 40;
const FIRST_STEP: f64 = 0.3;
const STEP_SIZES: (f64, f64) = (1e-2, 1.0);
const FASTER: f64 = 1.2;
const SLOWER: f64 = 0.5;

/// The best kernel on the way from `kernel`.
pub(super) fn ascend(
    mut kernel: Kernel,
    density: impl Fn(&Kernel) -> Option<(f64, Vec<f64>)>,
) -> Kernel {
    let mut steps = vec![FIRST_STEP; kernel.logarithms.len()];
    let mut before = vec![0.0; steps.len()];
    let mut best = (f64::NEG_INFINITY, kernel.clone());
    for _ in 0..STEPS {
        let Some((density, gradient)) = density(&kernel) else {
            break;
        };
        if density > best.0 {
            best = (density, kernel.clone());
        }
        for (at, step) in steps.iter_mut().enumerate() {
            let mut slope = gradient[at];
            let turned = slope * before[at];
            if turned > 0.0 {
                *step = (*step * FASTER).min(STEP_SIZES.1);
            } else if turned < 0.0 {
                *step = (*step * SLOWER).max(STEP_SIZES.0);
                // Stands still once, so that the next slope is not compared with this one.
                slope = 0.0;
            }
            if slope != 0.0 {
                kernel.logarithms[at] += step.copysign(slope);
            }
            before[at] = slope;
        }
        kernel.confine();
        if steps.iter().all(|step| *step <= STEP_SIZES.0) {
            break;
        }
    }
    best.1
}
