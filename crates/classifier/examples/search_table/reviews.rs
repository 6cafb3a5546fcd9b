//! The real reviews in the product's own parts, with their titles.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, anyhow, ensure};
use classifier::channel::LabelledText;
use classifier::rows;
use contracts::dataset::{self, Origin, SplitPart};
use policy::consolidation::{Consolidated, consolidate};
use policy::text::TextColumns;
use policy::{labels, split};
use serde::Serialize;
use tables::Columns;

/// As the template has them: stars and label.
const MAPPING: [(&str, &str); 5] = [("1", "-1"), ("2", "-1"), ("3", "0"), ("4", "1"), ("5", "1")];
const TEXT: &str = "Review Text";
const TITLE: &str = "Title";
const RATING: &str = "Rating";

pub struct Reviews {
    all: Vec<Consolidated>,
}

/// Rows of each part.
#[derive(Serialize)]
pub struct Counts {
    train: usize,
    validation: usize,
    test: usize,
}

impl Reviews {
    /// Each text once, as `prepare` has it. Rows without a text are left out.
    pub fn read(path: &Path) -> Result<Reviews> {
        ensure!(
            path.is_file(),
            "{} is absent: see the head of peers/search/record",
            path.display()
        );
        let mapping = MAPPING.map(|(stars, label)| (stars.to_owned(), label.to_owned()));
        let mapping = mapping.into();
        let columns = Columns {
            needed: [TITLE, TEXT, RATING].map(str::to_owned).to_vec(),
            optional: Vec::new(),
        };
        let mut found = Vec::new();
        rows::for_each_with(path, &columns, |number, row| {
            let value = |column| row.need(column).map_err(|error| anyhow!("{error}"));
            let (title, text, rating) = (value(TITLE)?, value(TEXT)?, value(RATING)?);
            let label = labels::mapped(&mapping, &rating);
            let label = label.with_context(|| format!("row {number} has the rating {rating:?}"))?;
            if !text.is_empty() {
                found.push(dataset::Row {
                    text: text.into_owned(),
                    context: [(TITLE.to_owned(), title.into_owned())].into(),
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
        let all = consolidate(found);
        Ok(Reviews { all })
    }

    /// The rows of a part; `columns` as `TextColumn` names them, such as `Title,Review Text`.
    pub fn part(&self, part: SplitPart, columns: &str) -> Result<Vec<LabelledText>> {
        let columns = columns.split(',').map(str::to_owned).collect();
        let columns = TextColumns::new(columns).map_err(|error| anyhow!(error))?;
        let row = |review: &Consolidated| LabelledText {
            text: columns.joined(&review.context, &review.text),
            label: review.label.clone(),
            chosen: false,
        };
        Ok(self.of(part).map(row).collect())
    }

    pub fn counts(&self) -> Counts {
        Counts {
            train: self.of(SplitPart::Train).count(),
            validation: self.of(SplitPart::Validation).count(),
            test: self.of(SplitPart::Test).count(),
        }
    }

    fn of(&self, part: SplitPart) -> impl Iterator<Item = &Consolidated> {
        let all = self.all.iter();
        all.filter(move |review| split::part(&review.text) == part)
    }
}
