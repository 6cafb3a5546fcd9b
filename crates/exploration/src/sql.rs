//! The pictures' numbers as Athena (Trino) computes them from the table `reviews`.

use contracts::exploration::Exploration;

use crate::measure::Measure;

/// A text in SQL.
pub fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// A column of the uploaded tables; without a value NULL. A subscript would fail on rows that do not have the column.
pub fn column(exploration: &Exploration, name: &str) -> String {
    use contracts::exploration::Role;
    let columns = exploration.columns.first.iter();
    let role = columns
        .filter(|column| column.name == name)
        .map(|column| column.role)
        .next();
    match role {
        Some(Role::Category) => "product_category".to_owned(),
        Some(Role::Context) => format!("element_at(context, {})", text(name)),
        _ => format!("element_at(columns, {})", text(name)),
    }
}

pub fn number(exploration: &Exploration, name: &str) -> String {
    format!("TRY_CAST({} AS double)", column(exploration, name))
}

/// Words as in the page: runs without white space.
pub const WORDS: &str = "cardinality(regexp_extract_all(review_body, '\\S+'))";

/// Columns of a query by groups: rows, the measure, and what its interval is made of.
pub fn measured(measure: &Measure) -> String {
    let value = match measure {
        Measure::Mean(_) => "TRY_CAST(sentiment AS double)".to_owned(),
        Measure::Share { label, .. } => format!("IF(sentiment = {}, 1.0, 0.0)", text(label)),
    };
    format!(
        "count(*) AS reviews,\n       avg({value}) AS average,\n       stddev({value}) / sqrt(count(*)) AS standard_error"
    )
}

/// Rows of each label beside each other.
pub fn by_label(exploration: &Exploration) -> String {
    let labels = exploration.labels.iter().map(|label| {
        let name = format!("\"{}\"", label.replace('"', "\"\""));
        format!("count_if(sentiment = {}) AS {name}", text(label))
    });
    labels.collect::<Vec<_>>().join(",\n       ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_in_sql_ends_where_it_ends() {
        assert_eq!(super::text("Women's \"Fit\""), "'Women''s \"Fit\"'");
    }
}
