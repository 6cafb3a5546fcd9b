//! The real file's rows as register-dataset's rows: a text, its label, a category, the context and the other columns.

use std::path::PathBuf;

use constraints::{Profiler, values};
use contracts::constraints::Statistics;
use contracts::dataset::{Origin, Row};
use policy::random::SplitMix64;
use tables::{Columns, Reader};

const PATH: &str = "../shared/data/womens-clothing-reviews.csv";

const MAXIMUM_BYTES: u64 = 1 << 30;

/// What `REVIEWS` names, or the file beside the repository.
pub fn path() -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join(std::env::var("REVIEWS").unwrap_or(PATH.to_owned()))
}

/// None where the file is not there. Rows without a review would be in quarantine, and are left out.
pub fn rows() -> Option<Vec<Row>> {
    let file = std::fs::File::open(path()).ok()?;
    let columns = Columns {
        needed: vec!["Review Text".to_owned(), "Rating".to_owned()],
        optional: Vec::new(),
    };
    let mut reader = Reader::open(file, &columns, MAXIMUM_BYTES).expect("a table");
    let mut rows = Vec::new();
    while let Some(entry) = reader.next_row().expect("the file is read") {
        let row = entry.row.expect("the file is in order");
        let text = |column: &str| row.get(column).ok().flatten().unwrap_or_default();
        let review = text("Review Text").trim().to_owned();
        if review.is_empty() {
            continue;
        }
        let label = match text("Rating").trim() {
            "1" | "2" => "-1",
            "3" => "0",
            _ => "1",
        };
        let mut columns = row.others(&["Review Text"]);
        let title = columns
            .remove("Title")
            .map(|title| ("Title".to_owned(), title));
        rows.push(Row {
            text: review,
            context: title.into_iter().collect(),
            label: label.to_owned(),
            category: columns.remove("Department Name"),
            columns,
            origin: Origin::Upload,
            human: false,
            inclusion_probability: None,
        });
    }
    Some(rows)
}

/// A baseline of a third, and the others, all in random order.
pub fn drawn(rows: &[Row], seed: u64) -> (Vec<&Row>, Vec<&Row>) {
    let mut random = SplitMix64(policy::random::seed_of(seed, 1));
    let mut order: Vec<&Row> = rows.iter().collect();
    for place in (1..order.len()).rev() {
        order.swap(place, below(&mut random, place + 1));
    }
    let next = order.split_off(rows.len() / 3);
    (order, next)
}

pub fn below(random: &mut SplitMix64, bound: usize) -> usize {
    usize::try_from(random.below(bound as u64)).expect("less than a usize")
}

pub fn statistics<'r>(rows: impl IntoIterator<Item = &'r Row>) -> Statistics {
    let mut profiler = Profiler::new();
    for row in rows {
        profiler.add(values(row));
    }
    profiler.finish()
}
