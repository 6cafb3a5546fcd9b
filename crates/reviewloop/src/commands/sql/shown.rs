//! An answer as a table for people, and as CSV.

use super::answer::Answer;

/// Characters of a value that a table shows; --csv and --json have all of them.
const WIDEST: usize = 60;
const NULL: &str = "null";

/// Columns under their names, padded, with the number of rows.
pub fn table(answer: &Answer) -> String {
    let header = answer.columns.iter().map(|name| cell(Some(name))).collect();
    let rows = answer.rows.iter();
    let rows = rows.map(|row| row.iter().map(|value| cell(value.as_deref())).collect());
    let lines: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    let width = |place: usize| {
        let cells = lines.iter().filter_map(|line| line.get(place));
        cells
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..answer.columns.len()).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        text += padded.join("  ").trim_end();
        text.push('\n');
    }
    let rows = answer.rows.len();
    text + &format!("({rows} row{})\n", if rows == 1 { "" } else { "s" })
}

fn cell(value: Option<&str>) -> String {
    let value = value.unwrap_or(NULL).replace(['\n', '\r', '\t'], " ");
    match value.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value,
    }
}

/// As Athena writes its results: a null is nothing, everything else is in quotes.
pub fn csv(answer: &Answer) -> String {
    let line = |values: Vec<Option<&str>>| {
        let quoted = |value: Option<&str>| match value {
            Some(value) => format!("\"{}\"", value.replace('"', "\"\"")),
            None => String::new(),
        };
        let values: Vec<String> = values.into_iter().map(quoted).collect();
        values.join(",") + "\n"
    };
    let header = line(
        answer
            .columns
            .iter()
            .map(|name| Some(name.as_str()))
            .collect(),
    );
    let rows = answer.rows.iter();
    let rows = rows.map(|row| line(row.iter().map(Option::as_deref).collect()));
    header + &rows.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Answer {
        let text = |text: &str| Some(text.to_owned());
        Answer {
            columns: vec!["category".to_owned(), "n".to_owned()],
            rows: vec![
                vec![text("Dresses"), text("6145")],
                vec![None, text("13")],
                vec![text("a \"b\"\nc"), text("")],
            ],
        }
    }

    #[test]
    fn a_table_lines_its_columns_up_and_a_null_is_told() {
        let expected = "category  n\nDresses   6145\nnull      13\na \"b\" c\n(3 rows)\n";
        assert_eq!(table(&answer()), expected);
    }

    #[test]
    fn csv_tells_a_null_from_an_empty_text() {
        let expected =
            "\"category\",\"n\"\n\"Dresses\",\"6145\"\n,\"13\"\n\"a \"\"b\"\"\nc\",\"\"\n";
        assert_eq!(csv(&answer()), expected);
    }
}
