//! The real reviews, split once and for all.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use classifier::rows;
use contracts::dataset::{Origin, Row, SplitPart};
use policy::consolidation::consolidate;
use policy::{labels, split};
use tables::Columns;

pub const LABELS: [&str; 3] = ["-1", "0", "1"];

/// As the template has them: stars and label.
const MAPPING: [(&str, &str); 5] = [("1", "-1"), ("2", "-1"), ("3", "0"), ("4", "1"), ("5", "1")];
const TEXT: &str = "Review Text";
const RATING: &str = "Rating";

pub struct Review {
    pub text: String,
    /// A place in [`LABELS`].
    pub truth: usize,
}

pub struct Reviews {
    /// The product's own test part, for all seeds.
    pub held_out: Vec<Review>,
    /// What arrives.
    pub stream: Vec<Review>,
}

impl Reviews {
    /// Each text once, as `prepare` has it. Rows without a text are left out.
    pub fn read(path: &Path) -> Result<Reviews> {
        ensure!(
            path.is_file(),
            "{} is absent: the curve needs the public \"Women's E-Commerce Clothing Reviews\", see the head of \
             peers/learning_curve/run",
            path.display()
        );
        let mapping = MAPPING.map(|(stars, label)| (stars.to_owned(), label.to_owned()));
        let mapping = mapping.into();
        let columns = Columns {
            needed: vec![TEXT.to_owned(), RATING.to_owned()],
            optional: Vec::new(),
        };
        let mut found = Vec::new();
        rows::for_each_with(path, &columns, |number, row| {
            let value = |column| row.need(column).map_err(|error| anyhow!("{error}"));
            let (text, rating) = (value(TEXT)?, value(RATING)?);
            let label = labels::mapped(&mapping, &rating);
            let label = label.with_context(|| format!("row {number} has the rating {rating:?}"))?;
            if !text.is_empty() {
                found.push(Row {
                    text: text.into_owned(),
                    context: contracts::dataset::Context::new(),
                    label: label.clone(),
                    category: None,
                    columns: BTreeMap::new(),
                    origin: Origin::Upload,
                    human: false,
                    inclusion_probability: None,
                });
            }
            Ok(true)
        })?;
        let review = |row: policy::consolidation::Consolidated| Review {
            truth: LABELS
                .iter()
                .position(|label| *label == row.label)
                .expect("the mapping has these labels"),
            text: row.text,
        };
        let all = consolidate(found).into_iter().map(review);
        let (held_out, stream) =
            all.partition(|review| split::part(&review.text) == SplitPart::Test);
        Ok(Reviews { held_out, stream })
    }
}
