//! `AdamW` with gradient clipping over a model's variables.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var};

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

    /// One update; returns the gradient's norm before clipping.
    pub fn step(&mut self, gradients: &GradStore, learning_rate: f64) -> Result<f64> {
        self.step += 1;
        let mut squares = 0f64;
        for parameter in &self.parameters {
            if let Some(gradient) = gradients.get(&parameter.var) {
                squares += sum_of_squares(gradient)?;
            }
        }
        let norm = squares.sqrt();
        let scale = if norm > self.max_grad_norm {
            self.max_grad_norm / norm
        } else {
            1.0
        };
        for parameter in &mut self.parameters {
            let Some(gradient) = gradients.get(&parameter.var) else {
                continue;
            };
            #[allow(
                clippy::cast_possible_truncation,
                reason = "updates are computed in f32"
            )]
            let update = AdamWStep {
                moments: (
                    parameter.first_moment.as_mut_slice(),
                    parameter.second_moment.as_mut_slice(),
                )
                    .into(),
                learning_rate: learning_rate as f32,
                weight_decay: parameter.weight_decay,
                beta1: BETA1,
                beta2: BETA2,
                eps: EPS,
                corrections: (1.0 - BETA1.powi(self.step), 1.0 - BETA2.powi(self.step)),
                gradient_scale: scale as f32,
            };
            parameter
                .var
                .inplace_op2(&gradient.contiguous()?, &update)?;
        }
        Ok(norm)
    }
}

fn sum_of_squares(gradient: &Tensor) -> Result<f64> {
    Ok(f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?))
}
