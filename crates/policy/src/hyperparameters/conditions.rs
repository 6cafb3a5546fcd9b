//! Hyperparameters that have an effect beside some values of another alone. A training refuses one without effect, so that
//! nobody believes in it; a study refuses to search it. The default is no wish: a training's own card has it.

use std::fmt;

/// `name` has an effect where the value of `other` is as `needs` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    pub name: &'static str,
    /// Of `name`.
    pub default: &'static str,
    pub other: &'static str,
    pub needs: Needs,
    /// Whether it has one where `name` alone is given.
    pub holds_by_default: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Is(&'static str),
    IsNot(&'static str),
}

const OF_BERT: &[Condition] = &[
    Condition {
        name: "class_weights",
        default: "true",
        other: "balance",
        needs: Needs::Is("false"),
        holds_by_default: false,
    },
    // A training that is given a patience keeps its best epoch.
    Condition {
        name: "patience",
        default: "2",
        other: "keep",
        needs: Needs::Is("best"),
        holds_by_default: true,
    },
];

const OF_FASTTEXT: &[Condition] = &[
    Condition {
        name: "min_char",
        default: "0",
        other: "max_char",
        needs: Needs::IsNot("0"),
        holds_by_default: false,
    },
    Condition {
        name: "min_epochs",
        default: "5",
        other: "early_stopping",
        needs: Needs::Is("true"),
        holds_by_default: false,
    },
    Condition {
        name: "patience",
        default: "4",
        other: "early_stopping",
        needs: Needs::Is("true"),
        holds_by_default: false,
    },
];

pub fn conditions(algorithm: &str) -> &'static [Condition] {
    match algorithm {
        "bert" => OF_BERT,
        "fasttext" => OF_FASTTEXT,
        _ => &[],
    }
}

impl Condition {
    /// Whether a value of `name` is another than the default.
    pub fn is_wish(&self, value: &str) -> bool {
        // A training reads Python's booleans, too.
        !value.eq_ignore_ascii_case(self.default)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Condition {
            name, other, needs, ..
        } = self;
        write!(f, "`{name}` has an effect only where `{other}` {needs}")
    }
}

impl Needs {
    pub fn holds(self, value: &str) -> bool {
        match self {
            Needs::Is(one) => value.eq_ignore_ascii_case(one),
            Needs::IsNot(one) => !value.eq_ignore_ascii_case(one),
        }
    }
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Needs::Is(one) => write!(f, "is {one}"),
            Needs::IsNot(one) => write!(f, "is not {one}"),
        }
    }
}
