//! One pass over the rows.

use crate::column::{Column, Kind, Side, Value};
use crate::error::Error;
use crate::rows::Rows;
use crate::table::{Cells, FacetTable, MAXIMUM_CELLS};

/// What is counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub label: String,
    /// The positive values, or one threshold.
    pub positive: Vec<Value>,
    pub predicted_label: Option<String>,
    pub facets: Vec<Facet>,
    pub group: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Facet {
    pub name: String,
    /// One facet: rows that have one of these values, or are above the threshold. Without any, each value is a facet.
    pub values: Vec<Value>,
}

/// A row's values in the columns of a [`Plan`]; an empty one is missing.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a, T> {
    pub label: &'a str,
    pub predicted_label: &'a str,
    /// In the plan's order.
    pub facets: &'a [T],
    pub group: &'a str,
}

/// Counts rows.
#[derive(Debug, Clone)]
pub struct Tally {
    label: Column,
    predicted: Option<Column>,
    group: Option<Column>,
    facets: Vec<(String, Column, Cells)>,
    rows: u64,
    without_label: u64,
    /// A facet that has too many combinations with the group variable.
    overflowed: Option<String>,
}

/// All that the metrics need.
#[derive(Debug, Clone, PartialEq)]
pub struct Tallied {
    /// What is positive, as analysis.json has it.
    pub positive: String,
    pub facets: Vec<FacetTable>,
    pub rows: u64,
    /// Rows without a label or without a predicted label, which are left out.
    pub without_label: u64,
}

impl Tally {
    pub fn new(plan: &Plan) -> Tally {
        let column = |word: &str, name: &str, wanted: &[Value]| {
            Column::new(format!("{word} {name:?}"), wanted)
        };
        let facet = |facet: &Facet| {
            let column = column("facet", &facet.name, &facet.values);
            (facet.name.clone(), column, Cells::default())
        };
        let predicted = plan.predicted_label.as_ref();
        Tally {
            label: column("label", &plan.label, &plan.positive),
            predicted: predicted.map(|name| column("predicted label", name, &plan.positive)),
            group: plan
                .group
                .as_ref()
                .map(|name| column("group variable", name, &[])),
            facets: plan.facets.iter().map(facet).collect(),
            rows: 0,
            without_label: 0,
            overflowed: None,
        }
    }

    pub fn add<T: AsRef<str>>(&mut self, row: &Row<'_, T>) {
        self.add_weighted(row, 1.0);
    }

    /// A row that counts for more or less than one.
    pub fn add_weighted<T: AsRef<str>>(&mut self, row: &Row<'_, T>, weight: f64) {
        let lacks_label =
            row.label.is_empty() || (self.predicted.is_some() && row.predicted_label.is_empty());
        if lacks_label {
            self.without_label += 1;
            return;
        }
        self.rows += 1;
        let label = self.label.look(row.label).side;
        let predicted = self.predicted.as_mut();
        let predicted =
            predicted.map_or(Side::Other, |column| column.look(row.predicted_label).side);
        // What is beyond the bound is counted wrongly, and refused in the end.
        let group = self
            .group
            .as_mut()
            .and_then(|column| column.look(row.group).place)
            .unwrap_or(0);
        for ((name, column, cells), value) in self.facets.iter_mut().zip(row.facets) {
            let bucket = bucket(column, value.as_ref());
            if !cells.add((bucket, group), (label, predicted), weight) {
                self.overflowed = Some(format!("facet {name:?}"));
            }
        }
    }

    /// The same columns without rows. What is a number and what is a category stays as it was found: some of the rows
    /// say less than all.
    pub fn again(&self) -> Tally {
        let mut again = self.clone();
        again.label.decide();
        again.predicted.iter_mut().for_each(Column::decide);
        for (_, column, cells) in &mut again.facets {
            column.decide();
            cells.clear();
        }
        (again.rows, again.without_label) = (0, 0);
        again
    }

    /// # Errors
    /// If a column is not what it was said to be.
    pub fn finish(&self) -> Result<Tallied, Error> {
        if self.rows == 0 {
            return Err(Error::NoRows);
        }
        if let Some(facet) = &self.overflowed {
            return Err(Error::TooManyCells(facet.clone(), MAXIMUM_CELLS));
        }
        let positive = self.label.asked()?;
        let label = self.label.kind();
        let predicted = self.predicted.as_ref().map_or(label, Column::kind);
        if label != predicted {
            return Err(Error::Kinds(label.name(), predicted.name()));
        }
        self.group.as_ref().map(Column::values).transpose()?;
        let facets = self.facets.iter().map(|facet| self.table(facet, label));
        let facets = facets.collect::<Result<Vec<_>, _>>()?;
        if let Some(all) = facets.first().map(FacetTable::all) {
            let has = |positives: f64| positives > 0.0;
            let none =
                |column: &Column| Error::NoPositive(column.name().to_owned(), positive.clone());
            if !has(all.iter().map(|rows| rows.labelled(true)).sum()) {
                return Err(none(&self.label));
            }
            if let Some(column) = &self.predicted
                && !has(all.iter().map(|rows| rows.predicted(true)).sum())
            {
                return Err(none(column));
            }
        }
        Ok(Tallied {
            positive,
            facets,
            rows: self.rows,
            without_label: self.without_label,
        })
    }

    /// How many values a facet has that metrics are of.
    pub fn values(&self, facet: usize) -> usize {
        let column = &self.facets[facet].1;
        if column.is_asked() {
            1
        } else {
            column.values().map_or(0, <[_]>::len)
        }
    }

    /// Which of them a row has that was added; none where it is missing or outside what was asked for.
    pub fn value(&self, facet: usize, text: &str) -> Option<usize> {
        let column = &self.facets[facet].1;
        let seen = column.seen(text).filter(|_| !text.is_empty())?;
        match column.is_asked() {
            true => column.kind().has(seen.side).then_some(0),
            false => seen.place,
        }
    }

    /// The part of the rows that it belongs to when a facet is balanced: its value, or whether it is what was asked for.
    pub fn stratum(&self, facet: usize, text: &str) -> Option<usize> {
        let value = self.value(facet, text);
        let outside = self.facets[facet].1.is_asked() && !text.is_empty();
        value.or(outside.then_some(1))
    }

    /// The class of a label that was added: itself, or where labels are numbers whether it is positive.
    pub fn class<'a>(&self, label: &'a str) -> &'a str {
        let is_positive = || is_asked_for(&self.label, label);
        match self.label.kind() {
            Kind::Categories => label,
            Kind::Numbers if is_positive() => "positive",
            Kind::Numbers => "not positive",
        }
    }

    pub fn is_predicted_positive(&self, label: &str) -> bool {
        self.predicted
            .as_ref()
            .is_some_and(|column| is_asked_for(column, label))
    }

    fn table(
        &self,
        (name, column, cells): &(String, Column, Cells),
        label: Kind,
    ) -> Result<FacetTable, Error> {
        let rows = |bucket| cells.rows(bucket, label, label);
        let mut table = FacetTable {
            name: name.clone(),
            values: Vec::new(),
            rest: rows(MISSING),
            is_grouped: self.group.is_some(),
        };
        if !column.is_asked() {
            let categories = column.categories()?.iter().enumerate();
            let values = categories.map(|(place, value)| (value.to_string(), rows(FIRST + place)));
            table.values = values.collect();
            return Ok(table);
        }
        let asked = column.asked()?;
        let mut inside = cells.rows(MISSING, label, label);
        inside.fill(Rows::default());
        for side in [Side::Other, Side::Equal, Side::Above] {
            let into = if column.kind().has(side) {
                &mut inside
            } else {
                &mut table.rest
            };
            let counted = rows(FIRST + side as usize);
            into.iter_mut()
                .zip(counted)
                .for_each(|(into, rows)| *into += rows);
        }
        table.values = vec![(asked, inside)];
        Ok(table)
    }
}

/// Buckets of a facet: rows without a value, then by side, or by value where each is a facet.
const MISSING: usize = 0;
const FIRST: usize = 1;

fn is_asked_for(column: &Column, text: &str) -> bool {
    column
        .seen(text)
        .is_some_and(|seen| column.kind().has(seen.side))
}

fn bucket(column: &mut Column, value: &str) -> usize {
    if value.is_empty() {
        return MISSING;
    }
    let seen = column.look(value);
    let place = if column.is_asked() {
        Some(seen.side as usize)
    } else {
        seen.place
    };
    place.map_or(MISSING, |place| FIRST + place)
}
