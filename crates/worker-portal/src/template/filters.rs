//! The filters that A2I adds to Liquid: `to_json`, `skip_autoescape` and
//! `grant_read_access` (`escape_once` is in the standard library).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use liquid_core::model::{Value, ValueView};
use liquid_core::parser::{FilterArguments, ParameterReflection};
use liquid_core::{Error, Filter, FilterReflection, ParseFilter, Result, Runtime};

/// Turns `s3://bucket/key` into an address that the worker's browser may read.
#[derive(Clone)]
pub struct GrantReadAccess(Arc<Grant>);

type Grant = dyn Fn(&str) -> std::result::Result<String, String> + Send + Sync;

impl GrantReadAccess {
    /// `grant` answers with the address, or with the reason why there is none.
    pub fn new(
        grant: impl Fn(&str) -> std::result::Result<String, String> + Send + Sync + 'static,
    ) -> Self {
        GrantReadAccess(Arc::new(grant))
    }

    /// For templates that have no business with files.
    pub fn none() -> Self {
        GrantReadAccess::new(|_| Err("grant_read_access is not offered here".to_owned()))
    }
}

impl fmt::Debug for GrantReadAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GrantReadAccess")
    }
}

/// The common part of the three: a name, and no parameters.
macro_rules! filter_without_parameters {
    ($type:ident, $name:literal, $description:literal) => {
        impl FilterReflection for $type {
            fn name(&self) -> &'static str {
                $name
            }

            fn description(&self) -> &'static str {
                $description
            }

            fn positional_parameters(&self) -> &'static [ParameterReflection] {
                &[]
            }

            fn keyword_parameters(&self) -> &'static [ParameterReflection] {
                &[]
            }
        }

        impl ParseFilter for $type {
            fn parse(&self, mut arguments: FilterArguments) -> Result<Box<dyn Filter>> {
                if arguments.positional.next().is_some() || arguments.keyword.next().is_some() {
                    return Err(Error::with_msg(concat!($name, " takes no parameters")));
                }
                Ok(Box::new(self.clone()))
            }

            fn reflection(&self) -> &dyn FilterReflection {
                self
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($name)
            }
        }
    };
}

/// The value as it is; that its output is not escaped is `output`'s doing.
#[derive(Clone, Debug)]
pub struct SkipAutoescape;

filter_without_parameters!(SkipAutoescape, "skip_autoescape", "the value, not escaped");

impl Filter for SkipAutoescape {
    fn evaluate(&self, input: &dyn ValueView, _runtime: &dyn Runtime) -> Result<Value> {
        Ok(input.to_value())
    }
}

/// The value as JSON that may stand inside a script: `<`, `>`, `&` and the two
/// line separators that end a JavaScript string are written as `\u….`.
#[derive(Clone, Debug)]
pub struct ToJson;

filter_without_parameters!(ToJson, "to_json", "the value as JSON");

impl Filter for ToJson {
    fn evaluate(&self, input: &dyn ValueView, _runtime: &dyn Runtime) -> Result<Value> {
        let json = in_key_order(input.to_value())
            .and_then(|value| serde_json::to_string(&value))
            .map_err(|error| Error::with_msg(error.to_string()))?;
        let json = json
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026")
            .replace('\u{2028}', "\\u2028")
            .replace('\u{2029}', "\\u2029");
        Ok(Value::scalar(json))
    }
}

/// Liquid's objects are hash maps: without an order the page would differ from run to run.
fn in_key_order(value: Value) -> std::result::Result<serde_json::Value, serde_json::Error> {
    Ok(match value {
        Value::Array(items) => serde_json::Value::Array(
            items
                .into_iter()
                .map(in_key_order)
                .collect::<std::result::Result<_, _>>()?,
        ),
        Value::Object(fields) => {
            let mut sorted = BTreeMap::new();
            for (key, value) in fields {
                sorted.insert(key.into_string(), in_key_order(value)?);
            }
            serde_json::Value::Object(sorted.into_iter().collect())
        }
        scalar => serde_json::to_value(scalar)?,
    })
}

#[derive(Clone, Debug)]
pub struct GrantReadAccessFilter(pub GrantReadAccess);

filter_without_parameters!(
    GrantReadAccessFilter,
    "grant_read_access",
    "an address for an S3 URI"
);

impl Filter for GrantReadAccessFilter {
    fn evaluate(&self, input: &dyn ValueView, _runtime: &dyn Runtime) -> Result<Value> {
        let uri = input.to_kstr();
        let address = (self.0.0)(&uri).map_err(Error::with_msg)?;
        Ok(Value::scalar(address))
    }
}
