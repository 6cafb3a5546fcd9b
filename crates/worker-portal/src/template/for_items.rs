//! The items of a `for`, and the part of them that it visits.

use liquid_core::model::{KString, Value, ValueCow, ValueView};
use liquid_core::parser::{TagToken, TryMatchToken};
use liquid_core::{Error, Expression, Result, Runtime, TagTokenIter};

/// As it is written.
#[derive(Debug)]
pub enum Source {
    Value(Expression),
    Range(Expression, Expression),
}

/// `limit`, `offset` and `reversed`.
#[derive(Debug, Default)]
pub struct Window {
    limit: Option<Expression>,
    offset: Option<Expression>,
    is_reversed: bool,
}

/// As it is walked. A range is two numbers, however long it is.
pub enum Items<'r> {
    None,
    Array(ValueCow<'r>),
    /// In the order of its keys: an object of Liquid's has none, and the page would differ from
    /// run to run.
    Object(ValueCow<'r>, Vec<KString>),
    Range(i64, i64),
}

impl Source {
    pub fn parse(token: TagToken) -> Result<Self> {
        match token.expect_value() {
            TryMatchToken::Matches(value) => Ok(Self::Value(value)),
            TryMatchToken::Fails(token) => {
                let (first, last) = token.expect_range().into_result()?;
                Ok(Self::Range(first, last))
            }
        }
    }

    pub fn items<'r>(&'r self, runtime: &'r dyn Runtime) -> Result<Items<'r>> {
        let value = match self {
            Self::Range(first, last) => {
                let (first, last) = (integer(first, runtime)?, integer(last, runtime)?);
                return Ok(Items::Range(first, last));
            }
            Self::Value(value) => value.evaluate(runtime)?,
        };
        if value.is_array() {
            Ok(Items::Array(value))
        } else if let Some(object) = value.as_object() {
            let mut keys: Vec<KString> = object.keys().map(KString::from).collect();
            keys.sort();
            Ok(Items::Object(value, keys))
        } else if value.is_nil() || value.is_state() {
            Ok(Items::None)
        } else {
            let message = format!("for takes an array or a range, not a {}", value.type_name());
            Err(Error::with_msg(message))
        }
    }
}

impl Window {
    pub fn parse(arguments: &mut TagTokenIter) -> Result<Self> {
        let mut window = Self::default();
        while let Some(token) = arguments.next() {
            match token.as_str() {
                "limit" => window.limit = Some(attribute(arguments)?),
                "offset" => window.offset = Some(attribute(arguments)?),
                "reversed" => window.is_reversed = true,
                _ => {
                    let message = "limit, offset or reversed is expected";
                    return Err(token.raise_custom_error(message));
                }
            }
        }
        Ok(window)
    }

    /// How many turns there are of `length` items.
    pub fn turns(&self, length: usize, runtime: &dyn Runtime) -> Result<Turns> {
        let amount = |expression: &Option<Expression>| {
            let integer = expression.as_ref().map(|it| integer(it, runtime));
            // Below nothing is nothing.
            integer
                .map(|it| it.map(|it| usize::try_from(it).unwrap_or(0)))
                .transpose()
        };
        let first = amount(&self.offset)?.unwrap_or(0).min(length);
        let left = length - first;
        Ok(Turns {
            first,
            length: amount(&self.limit)?.unwrap_or(left).min(left),
            is_reversed: self.is_reversed,
        })
    }
}

/// The positions that a loop visits.
pub struct Turns {
    first: usize,
    pub length: usize,
    is_reversed: bool,
}

impl Turns {
    pub fn position(&self, index: usize) -> usize {
        if self.is_reversed {
            self.first + self.length - 1 - index
        } else {
            self.first + index
        }
    }
}

impl Items<'_> {
    pub fn length(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Array(array) => array
                .as_array()
                .map_or(0, |array| usize::try_from(array.size()).unwrap_or(0)),
            Self::Object(_, keys) => keys.len(),
            Self::Range(first, last) => {
                let length = i128::from(*last) - i128::from(*first) + 1;
                usize::try_from(length.max(0)).unwrap_or(usize::MAX)
            }
        }
    }

    /// An object's item is its key and its value.
    pub fn get(&self, position: usize) -> ValueCow<'_> {
        let index = i64::try_from(position).unwrap_or(i64::MAX);
        let found = match self {
            Self::None => None,
            Self::Array(array) => array
                .as_array()
                .and_then(|array| array.get(index))
                .map(ValueCow::Borrowed),
            Self::Object(object, keys) => keys.get(position).map(|key| {
                let value = object.as_object().and_then(|object| object.get(key));
                let value = value.map_or(Value::Nil, ValueView::to_value);
                Value::Array(vec![Value::scalar(key.clone()), value]).into()
            }),
            Self::Range(first, _) => Some(Value::scalar(first.saturating_add(index)).into()),
        };
        found.unwrap_or(ValueCow::Owned(Value::Nil))
    }
}

fn attribute(arguments: &mut TagTokenIter) -> Result<Expression> {
    let colon = arguments.expect_next("a colon is expected")?;
    colon
        .expect_str(":")
        .into_result_custom_msg("a colon is expected")?;
    let value = arguments.expect_next("a value is expected")?;
    value.expect_value().into_result()
}

fn integer(expression: &Expression, runtime: &dyn Runtime) -> Result<i64> {
    let value = expression.evaluate(runtime)?;
    value
        .as_scalar()
        .and_then(|scalar| scalar.to_integer())
        .ok_or_else(|| {
            let message = format!("for takes whole numbers, not a {}", value.type_name());
            Error::with_msg(message)
        })
}
