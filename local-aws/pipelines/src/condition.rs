//! Conditions of a Condition step.

use serde::Deserialize;
use serde_json::Value;

use super::resolve::{ResolveError, Scope, resolve};

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "Type", deny_unknown_fields)]
pub enum Condition {
    Equals(Sides),
    GreaterThan(Sides),
    GreaterThanOrEqualTo(Sides),
    LessThan(Sides),
    LessThanOrEqualTo(Sides),
    #[serde(rename_all = "PascalCase")]
    In {
        query_value: Value,
        values: Vec<Value>,
    },
    #[serde(rename_all = "PascalCase")]
    Not {
        condition: Box<Condition>,
    },
    #[serde(rename_all = "PascalCase")]
    Or {
        conditions: Vec<Condition>,
    },
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Sides {
    left_value: Value,
    right_value: Value,
}

/// All of a step's conditions must hold.
pub fn holds(conditions: &[Condition], scope: &Scope) -> Result<bool, ResolveError> {
    for condition in conditions {
        if !condition.holds(scope)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Condition {
    fn holds(&self, scope: &Scope) -> Result<bool, ResolveError> {
        match self {
            Condition::Equals(sides) => sides.compare(scope, std::cmp::Ordering::is_eq),
            Condition::GreaterThan(sides) => sides.compare(scope, std::cmp::Ordering::is_gt),
            Condition::GreaterThanOrEqualTo(sides) => {
                sides.compare(scope, std::cmp::Ordering::is_ge)
            }
            Condition::LessThan(sides) => sides.compare(scope, std::cmp::Ordering::is_lt),
            Condition::LessThanOrEqualTo(sides) => sides.compare(scope, std::cmp::Ordering::is_le),
            Condition::In {
                query_value,
                values,
            } => {
                let query = resolve(query_value, scope)?;
                for value in values {
                    if order(&query, &resolve(value, scope)?)?.is_eq() {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::Not { condition } => Ok(!condition.holds(scope)?),
            Condition::Or { conditions } => {
                for condition in conditions {
                    if condition.holds(scope)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }
}

impl Sides {
    fn compare(
        &self,
        scope: &Scope,
        wanted: fn(std::cmp::Ordering) -> bool,
    ) -> Result<bool, ResolveError> {
        let left = resolve(&self.left_value, scope)?;
        let right = resolve(&self.right_value, scope)?;
        Ok(wanted(order(&left, &right)?))
    }
}

/// Numbers with numbers, texts with texts, booleans with booleans; anything else fails the step.
fn order(left: &Value, right: &Value) -> Result<std::cmp::Ordering, ResolveError> {
    let order = match (left, right) {
        (Value::Number(left), Value::Number(right)) => left
            .as_f64()
            .zip(right.as_f64())
            .and_then(|(left, right)| left.partial_cmp(&right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => None,
    };
    order.ok_or_else(|| ResolveError(format!("{left} and {right} cannot be compared")))
}
