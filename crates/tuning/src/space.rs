//! The ranges that a study searches, and points in them.

mod invalid;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use invalid::InvalidSpace;

use crate::range::{Outside, Parameter, Range};

/// As a training job's `HyperParameters` have them.
pub type Values = BTreeMap<String, String>;

/// Sound ranges. A point of the space has a coordinate in [0, 1] for each parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    parameters: Vec<Parameter>,
}

impl Space {
    /// Errors name the parameter.
    pub fn new(mut parameters: Vec<Parameter>) -> Result<Space, InvalidSpace> {
        invalid::check(&parameters)?;
        for parameter in &mut parameters {
            match &mut parameter.range {
                Range::Continuous { min, max, scaling } => {
                    *scaling = scaling.resolved(*min, *max, true);
                }
                Range::Integer { min, max, scaling } => {
                    *scaling = scaling.resolved(*min as f64, *max as f64, false);
                }
                Range::Categorical { .. } => {}
            }
        }
        Ok(Space { parameters })
    }

    /// In the order in which they were given, `Scaling::Auto` replaced by its choice.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The values at a point. A coordinate beyond [0, 1] counts as its nearest end.
    pub fn values(&self, point: &[f64]) -> Values {
        let parameters = self.parameters.iter().zip(point);
        parameters
            .map(|(parameter, coordinate)| {
                let coordinate = coordinate.clamp(0.0, 1.0);
                (parameter.name.clone(), parameter.range.value(coordinate))
            })
            .collect()
    }

    /// Those of a training job's hyperparameters that are searched.
    pub(crate) fn part(&self, values: &Values) -> Values {
        let names = self.parameters.iter().map(|parameter| &parameter.name);
        let searched = names.filter_map(|name| values.get_key_value(name));
        searched
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// The point nearest to this one that has values of its own: integers and categories have one coordinate each.
    pub(crate) fn snapped(&self, mut point: Vec<f64>) -> Vec<f64> {
        for (parameter, coordinate) in self.parameters.iter().zip(&mut point) {
            *coordinate = parameter.range.snapped(*coordinate);
        }
        point
    }

    /// The point of values. Names that are no parameter of the space are left aside: a training job has static
    /// hyperparameters too.
    pub fn point(&self, values: &Values) -> Result<Vec<f64>, Outside> {
        let coordinate = |parameter: &Parameter| {
            let name = || parameter.name.clone();
            let value = values.get(&parameter.name);
            let value = value.ok_or_else(|| Outside::Missing { name: name() })?;
            parameter.range.coordinate(name, value)
        };
        self.parameters.iter().map(coordinate).collect()
    }
}
