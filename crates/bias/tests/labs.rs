//! The labs' numbers on the labs' own data: `product_category` against `sentiment`, where there is the file.

use std::fs::File;
use std::path::{Path, PathBuf};

use bias::{Facet, MINIMUM_ROWS, Measured, Metric, Plan, RESAMPLES, Row, Tally, Value, measure};
use tables::{Columns, Reader};

const CLOSE: f64 = 1e-12;
/// Categories with fewer reviews are left out in the labs.
const FEW: usize = 10;

/// `shared/` beside the checkout, or further up for a worktree.
fn reviews() -> Option<PathBuf> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders
        .map(|folder| folder.join("shared/data/womens-clothing-reviews.csv"))
        .find(|file| file.exists())
}

/// Sentiment and category of each review, as the labs transform them.
fn rows(file: &Path) -> Vec<(&'static str, String)> {
    let columns = Columns {
        needed: ["Review Text", "Class Name", "Rating"]
            .map(str::to_owned)
            .to_vec(),
        optional: Vec::new(),
    };
    let mut reader =
        Reader::open(File::open(file).expect("the file"), &columns, u64::MAX).expect("a table");
    let mut rows = Vec::new();
    while let Some(entry) = reader.next_row().expect("the file") {
        let row = entry.row.expect("a row");
        let sentiment = match row.need("Rating").expect("a value").as_ref() {
            "1" | "2" => "-1",
            "3" => "0",
            _ => "1",
        };
        let category = row.need("Class Name").expect("a value").into_owned();
        if !category.is_empty() && !row.need("Review Text").expect("a value").is_empty() {
            rows.push((sentiment, category));
        }
    }
    let frequent = |category: &str| rows.iter().filter(|row| row.1 == category).count() > FEW;
    let rare: Vec<String> = {
        let mut categories: Vec<&String> = rows.iter().map(|row| &row.1).collect();
        categories.sort();
        categories.dedup();
        categories
            .into_iter()
            .filter(|category| !frequent(category))
            .cloned()
            .collect()
    };
    rows.retain(|row| !rare.contains(&row.1));
    rows
}

#[test]
fn blouses_have_the_labs_numbers() {
    let Some(file) = reviews() else {
        eprintln!(
            "skipped: there is no shared/data/womens-clothing-reviews.csv beside the checkout"
        );
        return;
    };
    let rows = rows(&file);
    assert_eq!(rows.len(), 22_626);
    let mut tally = Tally::new(&Plan {
        label: "sentiment".to_owned(),
        positive: vec![Value::new("1")],
        predicted_label: None,
        facets: vec![Facet {
            name: "product_category".to_owned(),
            values: Vec::new(),
        }],
        group: None,
    });
    for (sentiment, category) in &rows {
        tally.add(&Row {
            label: sentiment,
            predicted_label: "",
            facets: &[category],
            group: "",
        });
    }
    let tallied = tally.finish().unwrap();
    let expected = [
        (Metric::CI, 0.736_321_046_583_576_4),
        (Metric::DPL, 0.016_356_035_010_386_294),
        (Metric::KL, 0.000_737_149_016_900_383_3),
        (Metric::JS, 0.000_185_746_210_591_441_5),
        (Metric::LP, 0.023_130_926_538_337_464),
    ];
    let measured = measure(
        &tallied.facets[0],
        &expected.map(|(metric, _)| metric),
        RESAMPLES,
    );
    let find = |name: &str| {
        measured
            .iter()
            .find(|value| value.value == name)
            .expect("a category")
    };
    for (found, (metric, value)) in find("Blouses").metrics.iter().zip(expected) {
        assert!(
            (found.value.unwrap() - value).abs() < CLOSE,
            "{metric:?}: {found:?}"
        );
    }
    // The difference of two shares, as the normal distribution has it.
    let blouses = find("Blouses");
    let variance =
        |rows: &bias::Rows| rows.positive_share() * (1.0 - rows.positive_share()) / rows.all();
    let half = 1.96 * (variance(&blouses.split.facet) + variance(&blouses.split.others)).sqrt();
    let (low, high) = blouses.metrics[1].interval.expect("an interval");
    let width = (high - low) / (2.0 * half);
    assert!(
        (0.9..1.1).contains(&width) && low < expected[1].1 && expected[1].1 < high,
        "{low} to {high}"
    );
    for value in &measured {
        let few = |it: &Measured| it.support < MINIMUM_ROWS;
        assert!(
            value
                .metrics
                .iter()
                .all(|it| it.is_too_few() == few(it) && it.interval.is_none() == few(it))
        );
    }
}
