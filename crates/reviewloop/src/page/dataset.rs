//! The dataset version, and its rows class by class.

use std::collections::BTreeMap;

use contracts::dataset::DatasetManifest;
use report::{Balance, Dataset, Series};

use crate::evidence::Evidence;

pub fn dataset(manifest: &DatasetManifest) -> Dataset {
    let mapping = &manifest.mapping;
    let column = |used_as: &str, name: &str| (used_as.to_owned(), name.to_owned());
    let context = mapping.context_columns.iter();
    let mut columns: Vec<_> = context.map(|name| column("context column", name)).collect();
    columns.push(column("text column", &mapping.text_column));
    columns.push(column("label column", &mapping.label_column));
    let category = mapping.category_column.iter();
    columns.extend(category.map(|name| column("category column", name)));
    Dataset {
        name: manifest.dataset.clone(),
        version: manifest.number,
        id: manifest.id.clone(),
        columns,
        labels: mapping
            .labels
            .iter()
            .map(|(value, label)| (value.clone(), label.clone()))
            .collect(),
    }
}

/// As uploaded, in the training part, and after balancing; beside them what is kept from training.
pub fn balance(evidence: &Evidence, labels: &[String]) -> Balance {
    let series = |name: &str, rows: &BTreeMap<String, u64>| Series {
        name: name.to_owned(),
        counts: labels
            .iter()
            .map(|label| rows.get(label).copied().unwrap_or(0))
            .collect(),
    };
    let mut balance = Balance::default();
    let uploaded = evidence.dataset.iter();
    balance
        .series
        .extend(uploaded.map(|dataset| series("in the dataset", &dataset.uploaded)));
    let prepared = &evidence.prepared.rows;
    if let Some(train) = prepared.get("train") {
        let part = series("training part", train);
        let rarest = part.counts.iter().min().copied().unwrap_or(0);
        balance.series.push(part);
        // Balancing takes as many of each label as the rarest has; the training card tells the sum.
        let card = evidence.evaluation.training.as_ref();
        if card.map(|card| card.train_rows) == Some(rarest * labels.len() as u64) {
            balance.series.push(Series {
                name: "trained on".to_owned(),
                counts: vec![rarest; labels.len()],
            });
        }
    }
    balance.held_out = ["validation", "test"]
        .iter()
        .filter_map(|part| Some(series(part, prepared.get(*part)?)))
        .collect();
    balance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_series_that_cannot_be_vouched_for_is_left_out() {
        let mut evidence = fixture::evidence(contracts::verdict::Decision::Approved);
        let labels = evidence.evaluation.labels.clone();
        let names = |evidence: &Evidence| -> Vec<String> {
            let balance = balance(evidence, &labels);
            let all = balance.series.into_iter().chain(balance.held_out);
            all.map(|series| series.name).collect()
        };
        let all = [
            "in the dataset",
            "training part",
            "trained on",
            "validation",
            "test",
        ];
        assert_eq!(names(&evidence), all);
        let card = evidence.evaluation.training.as_mut();
        card.expect("set").train_rows += 1;
        assert_eq!(
            names(&evidence),
            ["in the dataset", "training part", "validation", "test"]
        );
        evidence.prepared.rows.clear();
        assert_eq!(names(&evidence), ["in the dataset"]);
        evidence.dataset = None;
        assert!(names(&evidence).is_empty());
    }
}
