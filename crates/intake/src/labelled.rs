//! A row of a file as a row of a part, by the dataset's recipe.

use std::collections::BTreeMap;

use contracts::dataset::{Mapping, Origin, Row};
use policy::dataset::Recipe;
use policy::labels;
use policy::text::{MAXIMUM_CHARACTERS, Reviewed, TextColumns, characters};
use serde_json::Value;
use tables::RowError;

use crate::{manifest, reviewed};

const NOT_A_LABELLED_ROW: &str = "a row of human labels has text, label, origin and human";

/// A row of an uploaded table. `file` is the recipe's mapping by the file's names; the row has the recipe's.
pub fn mapped(row: &tables::Row<'_>, file: &Mapping, recipe: &Recipe) -> Result<Row, RowError> {
    let (texts, dataset) = (TextColumns::of(file), TextColumns::of(&recipe.mapping));
    let Reviewed { context, text } = reviewed(row, &texts, &dataset)?;
    let value = row.need(&file.label_column)?;
    let label = labels::mapped(&file.labels, &value).ok_or_else(|| {
        let values: Vec<_> = file.labels.keys().collect();
        let detail = format!("{} is not one of {values:?}", quoted_if_number(&value));
        RowError::new(&file.label_column, "unknown value", detail)
    })?;
    // A row is as good without a category.
    let category = file.category_column.as_deref();
    let category = category.and_then(|column| row.get(column).ok().flatten());
    let known = texts.names().chain([file.label_column.as_str()]);
    let known: Vec<&str> = known.chain(file.category_column.as_deref()).collect();
    let mut columns = row.others(&known);
    // A rating says more than the label that it is mapped to.
    let name = &recipe.mapping.label_column;
    if columns.insert(name.clone(), value.into_owned()).is_some() {
        let detail = format!("the schema has {:?} for it: rename one", file.label_column);
        return Err(RowError::new(name, "stands twice", detail));
    }
    let row = Row {
        text,
        context,
        label: label.clone(),
        category: category
            .map(Into::into)
            .filter(|name: &String| !name.is_empty()),
        columns,
        origin: Origin::Upload,
        human: false,
        inclusion_probability: None,
    };
    valid(row, &recipe.labels).map_err(|error| RowError {
        column: file.text_column.clone(),
        ..error
    })
}

/// A line of Ground Truth's output manifest. Its class names are the stack's labels, and no values of the label column.
pub fn of_manifest(row: tables::Row<'_>, recipe: &Recipe) -> Result<Row, RowError> {
    let Reviewed { context, text } = manifest::reviewed(&row, &TextColumns::of(&recipe.mapping))?;
    let row = Row {
        text,
        context,
        label: manifest::label(&row.into_object()?)?,
        category: None,
        columns: BTreeMap::new(),
        origin: Origin::Upload,
        human: false,
        inclusion_probability: None,
    };
    valid(row, &recipe.labels)
}

/// A row that prepare-retraining wrote.
pub fn labelled(row: tables::Row<'_>, recipe: &Recipe) -> Result<Row, RowError> {
    let row = row.into_object()?;
    let row = serde_json::from_value(Value::Object(row));
    // serde's own message would quote the field.
    let row = row.map_err(|_| RowError::new("", NOT_A_LABELLED_ROW, ""))?;
    valid(row, &recipe.labels)
}

fn valid(row: Row, labels: &[String]) -> Result<Row, RowError> {
    let length = characters(&row.context, &row.text);
    if length > MAXIMUM_CHARACTERS {
        let detail = format!("{length} characters; the limit is {MAXIMUM_CHARACTERS}");
        return Err(RowError::new("text", "too long", detail));
    }
    if !labels.contains(&row.label) {
        let detail = format!("{} is not one of {labels:?}", quoted_if_number(&row.label));
        return Err(RowError::new("label", "unknown value", detail));
    }
    Ok(row)
}

/// Reasons are logged, so they quote only short numbers; a shifted column could contain review text.
fn quoted_if_number(value: &str) -> String {
    let value = value.trim();
    if value.is_empty() || (value.len() <= 4 && value.parse::<f64>().is_ok()) {
        return format!("{value:?}");
    }
    format!("a text of {} characters", value.chars().count())
}
