//! Hyperparameters as a job is given them: under transformers' names, quoted by an SDK, and further ones in an object, for
//! which a pipeline has a parameter, so that it passes any of them.

mod aliases;
mod conditions;
mod value;

use contracts::tuning::Values;
use serde_json::{Map, Value};

pub use aliases::{ALIASES, with_our_names};
pub use conditions::{Condition, Needs, conditions};
pub use value::{AUTO, unquoted};

/// A JSON object of further hyperparameters.
pub const FURTHER: &str = "hyperparameters";

/// The values with those of the object in its place. One that is `auto` gives way to the object's; otherwise a
/// name that is given twice is refused, and so is a value that is no text, number or boolean. Errors name it.
pub fn merged(mut values: Values) -> Result<Values, String> {
    let Some(object) = values.remove(FURTHER) else {
        return Ok(values);
    };
    for (name, value) in parsed(&object)? {
        let value = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            other => {
                return Err(format!(
                    "hyperparameter `{name}` in `{FURTHER}`: {other} is no text, number or boolean"
                ));
            }
        };
        if let Some(given) = values.get(&name)
            && unquoted(given) != AUTO
        {
            return Err(format!(
                "the hyperparameter `{name}` is given twice: as {given}, and in `{FURTHER}` as {value}"
            ));
        }
        values.insert(name, value);
    }
    Ok(values)
}

/// The object of these values, in the order of their names.
pub fn object(values: &Values) -> String {
    let members = values.iter();
    let members = members.map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    Value::Object(members.collect()).to_string()
}

/// The SageMaker Python SDK passes each value as JSON, so that an object's text may be quoted once more.
fn parsed(text: &str) -> Result<Map<String, Value>, String> {
    let value = serde_json::from_str(text).and_then(|value: Value| match value {
        Value::String(quoted) => serde_json::from_str(&quoted),
        other => Ok(other),
    });
    match value {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(format!(
            "hyperparameter `{FURTHER}`: {text:?} is no JSON object of further hyperparameters"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::value::values;
    use super::*;

    #[test]
    fn an_objects_members_stand_beside_the_others_and_auto_gives_way() {
        let given = values(&[
            ("epochs", "auto"),
            ("learning_rate", "0.1"),
            (FURTHER, r#"{"epochs": 3, "c": "0.5", "balance": false}"#),
        ]);
        let expected = [
            ("balance", "false"),
            ("c", "0.5"),
            ("epochs", "3"),
            ("learning_rate", "0.1"),
        ];
        assert_eq!(merged(given), Ok(values(&expected)));
        let quoted = values(&[(FURTHER, r#""{\"c\": 2}""#), ("c", "\"auto\"")]);
        assert_eq!(merged(quoted), Ok(values(&[("c", "2")])));
        assert_eq!(merged(values(&[(FURTHER, "{}")])), Ok(Values::new()));
        let own = values(&[("c", "2"), ("a", "x\"y")]);
        assert_eq!(merged(values(&[(FURTHER, &object(&own))])), Ok(own));
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        let twice = values(&[("c", "1"), (FURTHER, r#"{"c": 1}"#)]);
        assert!(merged(twice).unwrap_err().contains("`c` is given twice"));
        let nested = values(&[(FURTHER, r#"{"c": [1]}"#)]);
        assert!(merged(nested).unwrap_err().contains("`c`"));
        for none in ["", "[1]", "c=1", "{"] {
            let refused = merged(values(&[(FURTHER, none)])).unwrap_err();
            assert!(refused.contains("`hyperparameters`"), "{refused}");
        }
    }
}
