//! What one column's values are: categories or numbers, and which of them were asked for.

use std::collections::{HashMap, HashSet};

use crate::error::Error;

/// Distinct values of a facet without named values, or of the group variable. A column with more is a text or an
/// identifier, and its page would not be read.
pub const MAXIMUM_VALUES: usize = 1000;

/// A column of integers counts as numbers if so large a share of its rows are different values (smclarify's rule,
/// `UNIQUENESS_THRESHOLD`)...
const DISTINCT_SHARE: f64 = 0.05;
/// ...or if it has this many different ones, which are all that is remembered.
const MAXIMUM_DISTINCT: usize = 1 << 20;

/// A value as the configuration has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    text: String,
    number: Option<f64>,
}

impl Value {
    pub fn new(text: impl Into<String>) -> Value {
        let text = text.into();
        let number = number(&text);
        Value { text, number }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn number(&self) -> Option<f64> {
        self.number
    }
}

/// How a row's value stands to the values that were asked for. Which of the two questions was meant is known when all
/// rows were seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Other,
    /// It is one of them.
    Equal,
    /// It is a number above the only one.
    Above,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Categories,
    Numbers,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Kind::Categories => "categories",
            Kind::Numbers => "numbers",
        }
    }

    /// Whether a value of that side is what was asked for: above a threshold, or one of the categories.
    pub fn has(self, side: Side) -> bool {
        match self {
            Kind::Categories => side == Side::Equal,
            Kind::Numbers => side == Side::Above,
        }
    }
}

/// What is known of a value that was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub side: Side,
    /// Which of the distinct values it is, in the order in which they came; `None` beyond [`MAXIMUM_VALUES`].
    pub place: Option<usize>,
}

/// One column while its rows come by.
#[derive(Debug, Clone)]
pub struct Column {
    /// As errors call it.
    name: String,
    wanted: Vec<Value>,
    seen: HashMap<Box<str>, Seen>,
    /// The distinct values by their places.
    names: Vec<Box<str>>,
    overflowed: bool,
    rows: u64,
    texts: bool,
    fractions: bool,
    integers: HashSet<i64>,
    highest: f64,
    /// What the column is, once it is decided.
    decided: Option<Kind>,
}

impl Column {
    pub fn new(name: impl Into<String>, wanted: &[Value]) -> Column {
        Column {
            name: name.into(),
            wanted: wanted.to_vec(),
            seen: HashMap::new(),
            names: Vec::new(),
            overflowed: false,
            rows: 0,
            texts: false,
            fractions: false,
            integers: HashSet::new(),
            highest: f64::NEG_INFINITY,
            decided: None,
        }
    }

    pub fn look(&mut self, text: &str) -> Seen {
        self.rows += 1;
        if let Some(seen) = self.seen.get(text) {
            return *seen;
        }
        let number = number(text);
        self.learn(text, number);
        let side = self.side(text, number);
        let place = (self.names.len() < MAXIMUM_VALUES).then_some(self.names.len());
        let seen = Seen { side, place };
        if place.is_some() {
            self.seen.insert(text.into(), seen);
            self.names.push(text.into());
        } else {
            self.overflowed = true;
        }
        seen
    }

    fn learn(&mut self, text: &str, number: Option<f64>) {
        let Some(number) = number else {
            self.texts = true;
            self.integers.clear();
            return;
        };
        self.highest = self.highest.max(number);
        match text.parse() {
            Ok(integer) if !self.texts && self.integers.len() < MAXIMUM_DISTINCT => {
                self.integers.insert(integer);
            }
            Ok(_) => {}
            Err(_) => self.fractions = true,
        }
    }

    fn side(&self, text: &str, number: Option<f64>) -> Side {
        let is = |wanted: &Value| match (wanted.number, number) {
            (Some(wanted), Some(number)) => wanted.total_cmp(&number).is_eq(),
            _ => wanted.text == text || is_same_truth(&wanted.text, text),
        };
        match self.wanted.as_slice() {
            wanted if wanted.iter().any(is) => Side::Equal,
            [
                Value {
                    number: Some(threshold),
                    ..
                },
            ] if number > Some(*threshold) => Side::Above,
            _ => Side::Other,
        }
    }

    /// From here on the column stays what it is now, whatever rows come.
    pub fn decide(&mut self) {
        self.decided = Some(self.kind());
    }

    /// Numbers are a column with fractions, or of integers that hardly repeat; several values are always categories.
    /// This is smclarify's rule.
    pub fn kind(&self) -> Kind {
        if let Some(kind) = self.decided {
            return kind;
        }
        if self.texts || self.wanted.len() > 1 || self.rows == 0 {
            return Kind::Categories;
        }
        let distinct = self.integers.len();
        let many =
            distinct >= MAXIMUM_DISTINCT || distinct as f64 / self.rows as f64 >= DISTINCT_SHARE;
        if self.fractions || many {
            Kind::Numbers
        } else {
            Kind::Categories
        }
    }

    /// What was asked for as analysis.json has it: `A,B`, or `(40.0, 99.5]`.
    ///
    /// # Errors
    /// If the column is numbers and what was asked for is none.
    pub fn asked(&self) -> Result<String, Error> {
        let texts = || {
            self.wanted
                .iter()
                .map(Value::text)
                .collect::<Vec<_>>()
                .join(",")
        };
        if self.kind() == Kind::Categories {
            return Ok(texts());
        }
        let [
            Value {
                number: Some(threshold),
                ..
            },
        ] = self.wanted.as_slice()
        else {
            return Err(Error::NoThreshold(self.name.clone(), texts()));
        };
        let (low, high) = (threshold.min(self.highest), threshold.max(self.highest));
        let whole = !self.fractions && self.wanted[0].text.parse::<i64>().is_ok();
        Ok(if whole {
            format!("({low}, {high}]")
        } else {
            format!("({low:?}, {high:?}]")
        })
    }

    /// The distinct values, each of which is a category.
    ///
    /// # Errors
    /// If they are numbers, or too many.
    pub fn categories(&self) -> Result<&[Box<str>], Error> {
        if self.kind() == Kind::Numbers {
            return Err(Error::ThresholdMissing(self.name.clone()));
        }
        self.values()
    }

    /// The distinct values, whatever they are.
    ///
    /// # Errors
    /// If they are too many.
    pub fn values(&self) -> Result<&[Box<str>], Error> {
        if self.overflowed {
            return Err(Error::TooManyValues(self.name.clone(), MAXIMUM_VALUES));
        }
        Ok(&self.names)
    }

    /// How a value stands, without learning from it.
    pub fn seen(&self, text: &str) -> Option<Seen> {
        let seen = self.seen.get(text).copied();
        let side = || self.side(text, number(text));
        seen.or_else(|| {
            self.is_asked().then(|| Seen {
                side: side(),
                place: None,
            })
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn is_asked(&self) -> bool {
        !self.wanted.is_empty()
    }
}

fn number(text: &str) -> Option<f64> {
    // "inf" and "nan" are words.
    text.parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
        .map(|number| number + 0.0)
}

/// pandas writes True, JSON true.
fn is_same_truth(wanted: &str, text: &str) -> bool {
    let is_truth =
        |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    is_truth(wanted) && wanted.eq_ignore_ascii_case(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(wanted: &[&str], rows: &[&str]) -> Column {
        let wanted: Vec<Value> = wanted.iter().copied().map(Value::new).collect();
        let mut column = Column::new("facet \"Age\"", &wanted);
        for row in rows {
            column.look(row);
        }
        column
    }

    #[test]
    fn fractions_are_numbers_and_integers_that_repeat_are_categories() {
        assert_eq!(
            column(&["40"], &["39.5", "99.5"]).asked().unwrap(),
            "(40.0, 99.5]"
        );
        assert_eq!(column(&["40"], &["39", "99"]).asked().unwrap(), "(40, 99]");
        let repeated = ["1", "0"].repeat(50);
        assert_eq!(column(&["1"], &repeated).kind(), Kind::Categories);
        assert_eq!(column(&["1"], &repeated).asked().unwrap(), "1");
        assert_eq!(column(&["A", "B"], &["A"]).asked().unwrap(), "A,B");
        assert_eq!(column(&["1.5", "2"], &["1.5"]).kind(), Kind::Categories);
    }

    #[test]
    fn a_threshold_above_all_values_is_an_interval_without_rows() {
        let mut column = column(&["50"], &["1.5", "2.5"]);
        assert_eq!(column.asked().unwrap(), "(2.5, 50.0]");
        assert_eq!(column.look("2.5").side, Side::Other);
    }

    #[test]
    fn values_are_equal_as_numbers_and_as_truths() {
        let side = |wanted, text| column(&[wanted], &[]).look(text).side;
        assert_eq!(side("1", "1.0"), Side::Equal);
        assert_eq!(side("0", "-0.0"), Side::Equal);
        assert_eq!(side("true", "True"), Side::Equal);
        assert_eq!(side("40", "40.1"), Side::Above);
        assert_eq!(side("Yes", "yes"), Side::Other);
    }

    #[test]
    fn what_is_no_threshold_is_refused_by_name() {
        let error = column(&["old"], &["1.5"]).asked().unwrap_err();
        assert_eq!(
            error.to_string(),
            "the facet \"Age\" is a column of numbers: a threshold is wanted, and \"old\" is none"
        );
        let error = column(&[], &["1.5"]).categories().unwrap_err();
        assert_eq!(error, Error::ThresholdMissing("facet \"Age\"".to_owned()));
        let many: Vec<String> = (0..=MAXIMUM_VALUES).map(|n| format!("v{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let error = column(&[], &many).categories().unwrap_err();
        assert_eq!(
            error,
            Error::TooManyValues("facet \"Age\"".to_owned(), MAXIMUM_VALUES)
        );
    }
}
