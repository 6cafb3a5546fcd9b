//! What can be wrong with a template, said to the person who wrote it.

use std::path::PathBuf;

/// Every message names the place in the template and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {}: {error}", path.display())]
    File {
        path: PathBuf,
        error: std::io::Error,
    },

    #[error("the template is not YAML: {0}")]
    Yaml(#[from] serde_yaml_ng::Error),

    #[error("{at}: {name} is not an intrinsic function known here; known are {known}")]
    UnknownIntrinsic {
        at: String,
        name: String,
        known: String,
    },

    #[error("{at}: {name} is refused: {reason}")]
    Refused {
        at: String,
        name: String,
        reason: String,
    },

    #[error("{at}: expected {expected}, found {found}")]
    Shape {
        at: String,
        expected: String,
        found: String,
    },

    #[error("parameter {name} has no default and was not given: pass {name}=VALUE")]
    MissingParameter { name: String },

    #[error("the template has no parameter {name}: it has {known}")]
    UnknownParameter { name: String, known: String },

    #[error("parameter {name} = {value:?} is not allowed: {reason}")]
    ParameterValue {
        name: String,
        value: String,
        reason: String,
    },

    #[error("rule {rule} refuses these parameters: {description}")]
    Assertion { rule: String, description: String },

    #[error(
        "{at}: {reference} refers to nothing in the template: correct the name, or add the parameter or resource"
    )]
    RefToNothing { at: String, reference: String },

    #[error(
        "{at}: {reference} refers to a resource that condition {condition} leaves out: use the same condition here"
    )]
    LeftOut {
        at: String,
        reference: String,
        condition: String,
    },

    #[error("{at}: no value is known for {reference}")]
    NoValue { at: String, reference: String },

    #[error("resources wait for each other: {path}; break one of the references")]
    Cycle { path: String },
}

impl Error {
    pub(crate) fn shape(at: &str, expected: &str, found: &serde_json::Value) -> Self {
        let mut found = found.to_string();
        if let Some((end, _)) = found.char_indices().nth(80) {
            found.truncate(end);
            found.push('…');
        }
        Error::Shape {
            at: at.to_owned(),
            expected: expected.to_owned(),
            found,
        }
    }
}
