//! A filter whose work is counted, and foreseen where a small input makes much of it.

use std::collections::BTreeSet;
use std::fmt;

use liquid_core::model::{Value, ValueView};
use liquid_core::parser::FilterArguments;
use liquid_core::{Error, Expression, Filter, FilterReflection, ParseFilter, Result, Runtime};

use super::budget::{BYTES_OF_A_VALUE, take_bytes, take_steps, weight};

#[derive(Clone)]
pub struct Bounded<P>(pub P);

impl<P: ParseFilter + Clone + 'static> ParseFilter for Bounded<P> {
    fn parse(&self, arguments: FilterArguments) -> Result<Box<dyn Filter>> {
        let positional: Vec<Expression> = arguments.positional.collect();
        let filter = self.0.parse(FilterArguments {
            positional: Box::new(positional.clone().into_iter()),
            keyword: arguments.keyword,
        })?;
        Ok(Box::new(BoundedFilter {
            name: self.0.reflection().name().to_owned(),
            arguments: positional,
            filter,
        }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self.0.reflection()
    }
}

#[derive(Debug)]
struct BoundedFilter {
    name: String,
    arguments: Vec<Expression>,
    filter: Box<dyn Filter>,
}

impl fmt::Display for BoundedFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.filter.fmt(f)
    }
}

impl Filter for BoundedFilter {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        take_steps(runtime, 1)?;
        take_bytes(runtime, weight(input))?;
        self.foresee(input, runtime)?;
        let result = self.filter.evaluate(input, runtime)?;
        take_bytes(runtime, weight(&result))?;
        Ok(result)
    }
}

impl BoundedFilter {
    /// Takes the work that the filter is about to do beyond a multiple of its input, and refuses
    /// inputs that it would panic on.
    fn foresee(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<()> {
        match self.name.as_str() {
            "replace" => {
                let (search, with) = (self.text(0, runtime)?, self.text(1, runtime)?);
                let places = places(&input.to_kstr(), &search);
                take_bytes(runtime, places.saturating_mul(with.len()))
            }
            "join" => {
                let separator = self.text(0, runtime)?;
                take_bytes(runtime, items(input).saturating_mul(separator.len()))
            }
            "split" => {
                let places = places(&input.to_kstr(), &self.text(0, runtime)?);
                take_bytes(runtime, places.saturating_mul(BYTES_OF_A_VALUE))
            }
            // Each item is compared with each.
            "uniq" => take_steps(runtime, items(input).saturating_pow(2) / 64),
            "sort" => self.check_order(input, runtime),
            "divided_by" | "modulo" => self.check_division(input, runtime),
            _ => Ok(()),
        }
    }

    /// The argument of that index as text, or "".
    fn text(&self, index: usize, runtime: &dyn Runtime) -> Result<String> {
        let Some(argument) = self.arguments.get(index) else {
            return Ok(String::new());
        };
        Ok(argument.evaluate(runtime)?.to_kstr().into_string())
    }

    /// Sorting may panic where some values have no order among them.
    fn check_order(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<()> {
        let property = self.text(0, runtime)?;
        let mut kinds = BTreeSet::new();
        let mut is_long = false;
        for item in input
            .as_array()
            .into_iter()
            .flat_map(|array| array.values())
        {
            let key = match item.as_object() {
                Some(object) if !self.arguments.is_empty() => object.get(&property),
                _ => Some(item),
            };
            let Some(key) = key.filter(|key| !key.is_nil()) else {
                continue;
            };
            if !key.is_scalar() {
                return Err(Error::with_msg("sort orders texts and numbers only"));
            }
            kinds.insert(key.type_name());
            let integer = key.as_scalar().and_then(|scalar| scalar.to_integer());
            is_long |= integer.is_some_and(|integer| integer.unsigned_abs() > 1 << 53);
        }
        // Whole numbers are compared with others as 64-bit floats, which round the long ones.
        let is_numbers = kinds.iter().all(|kind| kind.ends_with(" number")) && !is_long;
        if kinds.len() > 1 && !is_numbers {
            return Err(Error::with_msg("sort orders values of one kind only"));
        }
        Ok(())
    }

    /// The one division whose result 64 bits do not hold.
    fn check_division(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<()> {
        let integer = |value: &dyn ValueView| value.as_scalar()?.to_integer();
        let Some(divisor) = self.arguments.first() else {
            return Ok(());
        };
        let divisor = integer(divisor.evaluate(runtime)?.as_view());
        if integer(input) == Some(i64::MIN) && divisor == Some(-1) {
            return Err(Error::with_msg("the quotient is too large"));
        }
        Ok(())
    }
}

fn items(input: &dyn ValueView) -> usize {
    input
        .as_array()
        .map_or(1, |array| usize::try_from(array.size()).unwrap_or(0))
}

/// How often `search` stands in `text`; "" stands around every character.
fn places(text: &str, search: &str) -> usize {
    text.matches(search).count()
}
