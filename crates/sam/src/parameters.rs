//! Parameters, their defaults and checks, and the pseudo parameters.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Error;
use crate::lenient::{lenient_f64, lenient_text, lenient_texts};

/// What the caller gives, by parameter name.
pub type Parameters = BTreeMap<String, String>;

/// `AWS::Region` and its like: facts of the deployment rather than of the template.
#[derive(Clone, Debug)]
pub struct Pseudo {
    pub region: String,
    pub account_id: String,
    pub stack_name: String,
    pub stack_id: String,
    pub partition: String,
    pub url_suffix: String,
}

impl Default for Pseudo {
    fn default() -> Self {
        Pseudo {
            region: "us-east-1".to_owned(),
            account_id: "123456789012".to_owned(),
            stack_name: "reviewloop".to_owned(),
            stack_id: "arn:aws:cloudformation:us-east-1:123456789012:stack/reviewloop/local"
                .to_owned(),
            partition: "aws".to_owned(),
            url_suffix: "amazonaws.com".to_owned(),
        }
    }
}

impl Pseudo {
    /// The value of `AWS::…`; `None` for a name that is not one of them. `AWS::NoValue` is not a value.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        let text = match name {
            "AWS::Region" => &self.region,
            "AWS::AccountId" => &self.account_id,
            "AWS::StackName" => &self.stack_name,
            "AWS::StackId" => &self.stack_id,
            "AWS::Partition" => &self.partition,
            "AWS::URLSuffix" => &self.url_suffix,
            _ => return None,
        };
        Some(Value::String(text.clone()))
    }
}

/// One entry of the section `Parameters`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Declaration {
    #[serde(rename = "Type")]
    kind: String,
    #[serde(default, deserialize_with = "lenient_text")]
    pub default: Option<String>,
    #[serde(default, deserialize_with = "lenient_texts")]
    allowed_values: Option<Vec<String>>,
    allowed_pattern: Option<String>,
    #[serde(default, deserialize_with = "lenient_f64")]
    min_value: Option<f64>,
    #[serde(default, deserialize_with = "lenient_f64")]
    max_value: Option<f64>,
    min_length: Option<usize>,
    max_length: Option<usize>,
    constraint_description: Option<String>,
    #[serde(rename = "Description")]
    _description: Option<String>,
    #[serde(rename = "NoEcho")]
    _no_echo: Option<Value>,
}

/// Every parameter with its value: what was given, else the default.
pub(crate) fn values(
    declared: &BTreeMap<String, Declaration>,
    given: &Parameters,
) -> Result<BTreeMap<String, Value>, Error> {
    if let Some(name) = given.keys().find(|name| !declared.contains_key(*name)) {
        let known = declared
            .keys()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        return Err(Error::UnknownParameter {
            name: name.clone(),
            known,
        });
    }
    let value = |(name, declaration): (&String, &Declaration)| {
        let text = given
            .get(name)
            .or(declaration.default.as_ref())
            .ok_or_else(|| Error::MissingParameter { name: name.clone() })?;
        Ok((name.clone(), checked(name, declaration, text)?))
    };
    declared.iter().map(value).collect()
}

pub(crate) fn declarations(
    section: &Map<String, Value>,
) -> Result<BTreeMap<String, Declaration>, Error> {
    let declaration = |(name, value): (&String, &Value)| {
        let declaration = Declaration::deserialize(value).map_err(|error| Error::Shape {
            at: format!("Parameters.{name}"),
            expected: "a parameter".to_owned(),
            found: error.to_string(),
        })?;
        Ok((name.clone(), declaration))
    };
    section.iter().map(declaration).collect()
}

fn checked(name: &str, declaration: &Declaration, text: &str) -> Result<Value, Error> {
    let not_allowed = |reason: String| Error::ParameterValue {
        name: name.to_owned(),
        value: text.to_owned(),
        reason: declaration.constraint_description.clone().unwrap_or(reason),
    };
    if let Some(allowed) = &declaration.allowed_values
        && !allowed.iter().any(|value| value == text)
    {
        return Err(not_allowed(format!("allowed are {}", allowed.join(", "))));
    }
    if let Some(pattern) = &declaration.allowed_pattern {
        // CloudFormation matches the whole value.
        let whole = regex::Regex::new(&format!("^(?:{pattern})$"))
            .map_err(|error| not_allowed(error.to_string()))?;
        if !whole.is_match(text) {
            return Err(not_allowed(format!("it must match {pattern}")));
        }
    }
    let length = text.chars().count();
    if declaration.min_length.is_some_and(|least| length < least)
        || declaration.max_length.is_some_and(|most| length > most)
    {
        return Err(not_allowed(format!("its length is {length}")));
    }
    match declaration.kind.as_str() {
        // A number stays a text: CloudFormation too hands on what was written, and properties coerce.
        "Number" => {
            let number: f64 = text
                .trim()
                .parse()
                .map_err(|_| not_allowed("it is not a number".to_owned()))?;
            if declaration.min_value.is_some_and(|least| number < least)
                || declaration.max_value.is_some_and(|most| number > most)
            {
                return Err(not_allowed("it is out of range".to_owned()));
            }
            Ok(Value::String(text.to_owned()))
        }
        "String" => Ok(Value::String(text.to_owned())),
        "CommaDelimitedList" | "List<Number>" | "List<String>" => Ok(text
            .split(',')
            .map(|item| Value::String(item.trim().to_owned()))
            .collect()),
        other => Err(not_allowed(format!(
            "parameters of type {other} are not known here"
        ))),
    }
}
