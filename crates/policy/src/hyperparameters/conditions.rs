//! Hyperparameters that have an effect beside one value of another alone. A training refuses one without effect, so that
//! nobody believes in it; a study refuses to search it.

/// `name` has an effect where `other` is `value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    pub name: &'static str,
    pub other: &'static str,
    pub value: &'static str,
    /// Whether `other` is `value` where `name` alone is given.
    pub is_default: bool,
}

const OF_BERT: &[Condition] = &[
    Condition {
        name: "class_weights",
        other: "balance",
        value: "false",
        is_default: false,
    },
    // A training that is given a patience keeps its best epoch.
    Condition {
        name: "patience",
        other: "keep",
        value: "best",
        is_default: true,
    },
];

const OF_FASTTEXT: &[Condition] = &[early_stopping("min_epochs"), early_stopping("patience")];

const fn early_stopping(name: &'static str) -> Condition {
    Condition {
        name,
        other: "early_stopping",
        value: "true",
        is_default: false,
    }
}

pub fn conditions(algorithm: &str) -> &'static [Condition] {
    match algorithm {
        "bert" => OF_BERT,
        "fasttext" => OF_FASTTEXT,
        _ => &[],
    }
}
