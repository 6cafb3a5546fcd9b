//! `AdamW` with gradient clipping over a model's variables.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var};
use rayon::prelude::*;

use crate::model::init::Weights;
use crate::model::kernels::AdamWStep;

// The values of the paper, and of BERT.
const BETA1: f32 = 0.9;
const BETA2: f32 = 0.999;
const EPS: f32 = 1e-8;

struct Parameter {
    var: Var,
    weight_decay: f32,
    first_moment: Vec<f32>,
    second_moment: Vec<f32>,
}

pub struct AdamW {
    parameters: Vec<Parameter>,
    max_grad_norm: f64,
    step: i32,
}

impl AdamW {
    /// Every tensor becomes a variable, in place: the model is to be built over `weights` afterwards.
    pub fn new(weights: &mut Weights, weight_decay: f32, max_grad_norm: f64) -> Result<AdamW> {
        let mut parameters = Vec::with_capacity(weights.len());
        for (name, tensor) in weights.iter_mut() {
            let var = Var::from_tensor(tensor)?;
            *tensor = var.as_tensor().clone();
            let decays = !name.ends_with(".bias") && !name.contains("LayerNorm");
            parameters.push(Parameter {
                weight_decay: if decays { weight_decay } else { 0.0 },
                first_moment: vec![0.0; var.elem_count()],
                second_moment: vec![0.0; var.elem_count()],
                var,
            });
        }
        Ok(AdamW {
            parameters,
            max_grad_norm,
            step: 0,
        })
    }

    /// One update with the sum of these gradients, added up in their order; returns its norm
    /// before clipping.
    pub fn step(&mut self, gradients: &[GradStore], learning_rate: f64) -> Result<f64> {
        self.step += 1;
        let sums: Vec<Option<Tensor>> = self
            .parameters
            .par_iter()
            .map(|parameter| sum(gradients, &parameter.var))
            .collect::<Result<_>>()?;
        let squares = sums
            .par_iter()
            .flatten()
            .map(sum_of_squares)
            .collect::<Result<Vec<f64>>>()?;
        let norm = squares.iter().sum::<f64>().sqrt();
        let scale = if norm > self.max_grad_norm {
            self.max_grad_norm / norm
        } else {
            1.0
        };
        let step = self.step;
        self.parameters
            .par_iter_mut()
            .zip(sums)
            .try_for_each(|(parameter, gradient)| match gradient {
                Some(gradient) => parameter.update(&gradient, step, learning_rate, scale),
                None => Ok(()),
            })?;
        Ok(norm)
    }
}

impl Parameter {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "updates are computed in f32"
    )]
    fn update(
        &mut self,
        gradient: &Tensor,
        step: i32,
        learning_rate: f64,
        scale: f64,
    ) -> Result<()> {
        let update = AdamWStep {
            moments: (
                self.first_moment.as_mut_slice(),
                self.second_moment.as_mut_slice(),
            )
                .into(),
            learning_rate: learning_rate as f32,
            weight_decay: self.weight_decay,
            beta1: BETA1,
            beta2: BETA2,
            eps: EPS,
            corrections: (1.0 - BETA1.powi(step), 1.0 - BETA2.powi(step)),
            gradient_scale: scale as f32,
        };
        self.var.inplace_op2(gradient, &update)
    }
}

fn sum(gradients: &[GradStore], var: &Var) -> Result<Option<Tensor>> {
    let mut sum: Option<Tensor> = None;
    for gradient in gradients.iter().filter_map(|gradients| gradients.get(var)) {
        sum = Some(match sum {
            Some(sum) => (sum + gradient)?,
            None => gradient.contiguous()?,
        });
    }
    Ok(sum)
}

fn sum_of_squares(gradient: &Tensor) -> Result<f64> {
    Ok(f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?))
}
