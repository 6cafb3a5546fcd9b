//! A file whose labels slipped by one row, as after a careless paste in a spreadsheet. Each label is as frequent as before,
//! so no check of the data can object, and the file's own test rows are as wrong. Only labels that people give later can
//! tell.

use anyhow::Context;

use crate::holdout::Withheld;

pub const NAME: &str = "slipped.jsonl";

/// Answers in all: half of them make the file, the others are replayed against its model.
const LEAST: usize = 600;

/// The file, of the first half of these answers; `None` where they are too few.
pub fn file(answers: &mut Vec<Withheld>, label_column: &str) -> anyhow::Result<Option<Vec<u8>>> {
    if answers.len() < LEAST {
        return Ok(None);
    }
    let rows: Vec<Withheld> = answers.drain(..answers.len() / 2).collect();
    let before = rows.iter().cycle().skip(rows.len() - 1);
    let mut file = Vec::new();
    for (row, before) in rows.iter().zip(before) {
        let label = before.values.get(label_column);
        let label = label.with_context(|| format!("a row without {label_column:?}"))?;
        let mut values = row.values.clone();
        values.insert(label_column.to_owned(), label.clone());
        serde_json::to_writer(&mut file, &values)?;
        file.push(b'\n');
    }
    Ok(Some(file))
}

pub fn too_few(answers: usize) -> String {
    format!("no third turn: {answers} answers are left, and it takes {LEAST}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::recipe::clothing_reviews;
    use crate::holdout::labelled_rows;
    use crate::table::Table;

    #[test]
    fn each_row_has_the_label_of_the_one_before_and_all_else_of_its_own() {
        let mapping = clothing_reviews().mapping;
        let rows = (0..LEAST).map(|row| format!("\"text\n{row}\",{},{row}\n", row % 5 + 1));
        let table = format!("Review Text,Rating,Age\n{}", rows.collect::<String>());
        let read = |bytes: &[u8]| -> Vec<Withheld> {
            let table = Table::parse(bytes).expect("a table");
            labelled_rows(&table, &mapping).expect("good rows")
        };
        let given = read(table.as_bytes());
        let mut answers = given.clone();
        let file = file(&mut answers, "Rating")
            .expect("labels")
            .expect("enough");
        assert_eq!(answers, given[LEAST / 2..]);

        let slipped = read(&file);
        assert_eq!(slipped.len(), LEAST / 2);
        assert_eq!(
            slipped[0].values["Rating"],
            given[LEAST / 2 - 1].values["Rating"]
        );
        for (place, row) in slipped.iter().enumerate().skip(1) {
            assert_eq!(row.values["Rating"], given[place - 1].values["Rating"]);
            assert_eq!(
                (&row.review, &row.values["Age"]),
                (&given[place].review, &place.to_string())
            );
        }

        let mut few = given[1..].to_vec();
        assert_eq!(super::file(&mut few, "Rating").expect("nothing"), None);
        assert_eq!(few.len(), LEAST - 1, "none is lost");
    }
}
