//! Spaces of finitely many points, counted through, so that none is tried twice while others are left.

use std::collections::BTreeSet;

use crate::range::Range;
use crate::space::{Space, Values};

impl Space {
    /// The number of different points: None where a range is continuous, and beyond 128 bits.
    pub fn size(&self) -> Option<u128> {
        let mut counts = self
            .parameters()
            .iter()
            .map(|parameter| parameter.range.count());
        counts.try_fold(1u128, |size, count| size.checked_mul(count?))
    }

    /// The point with a number below [`Space::size`]; the last parameter counts fastest.
    fn numbered(&self, mut number: u128) -> Values {
        let mut values = Values::new();
        for parameter in self.parameters().iter().rev() {
            let count = parameter.range.count().unwrap_or(1);
            let value = parameter.range.numbered(number % count);
            values.insert(parameter.name.clone(), value);
            number /= count;
        }
        values
    }

    /// The number of a point.
    fn number(&self, values: &Values) -> Option<u128> {
        let parameters = self.parameters().iter();
        let mut places = parameters.map(|parameter| {
            let place = parameter.range.number(values.get(&parameter.name)?)?;
            Some((place, parameter.range.count()?))
        });
        places.try_fold(0u128, |number, place| {
            let (place, count) = place?;
            number.checked_mul(count)?.checked_add(place)
        })
    }

    /// These values, or where they were tried and the space is finite the next ones that were not. None where every
    /// point was tried.
    pub(crate) fn untried(&self, values: Values, tried: &BTreeSet<Values>) -> Option<Values> {
        if !tried.contains(&values) {
            return Some(values);
        }
        let Some(size) = self.size() else {
            // One of infinitely many was met twice: a coincidence, and no harm.
            return Some(values);
        };
        let start = self.number(&values)?;
        // Of one more than were tried, one was not.
        let steps = size.min(tried.len() as u128 + 1);
        (1..=steps)
            .map(|step| self.numbered((start + step) % size))
            .find(|values| !tried.contains(values))
    }

    /// The first points in order that were not tried.
    pub(crate) fn grid<'a>(
        &'a self,
        tried: &'a BTreeSet<Values>,
    ) -> impl Iterator<Item = Values> + 'a {
        let numbers = 0..self.size().unwrap_or(0);
        let points = numbers.map(|number| self.numbered(number));
        points.filter(|values| !tried.contains(values))
    }
}

impl Range {
    /// Different values; None where there is no end of them.
    fn count(&self) -> Option<u128> {
        match self {
            Range::Continuous { min, max, .. } => (min == max).then_some(1),
            Range::Integer { min, max, .. } => Some(u128::from(max.abs_diff(*min)) + 1),
            Range::Categorical { values } => Some(values.len() as u128),
        }
    }

    fn numbered(&self, place: u128) -> String {
        match self {
            Range::Continuous { min, .. } => min.to_string(),
            Range::Integer { min, .. } => (i128::from(*min) + place.cast_signed()).to_string(),
            Range::Categorical { values } => usize::try_from(place)
                .ok()
                .and_then(|place| values.get(place))
                .cloned()
                .unwrap_or_default(),
        }
    }

    fn number(&self, value: &str) -> Option<u128> {
        match self {
            Range::Continuous { .. } => Some(0),
            Range::Integer { min, .. } => {
                let value: i64 = value.parse().ok()?;
                Some(u128::from(value.abs_diff(*min)))
            }
            Range::Categorical { values } => {
                let place = values.iter().position(|known| known == value)?;
                Some(place as u128)
            }
        }
    }
}
