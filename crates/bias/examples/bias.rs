//! Every metric of a CSV file, as `peers/bias/benchmark` measures it:
//!
//! ```text
//! bias FILE LABEL POSITIVE PREDICTED_LABEL GROUP FACET...
//! ```
//!
//! prints a line for each metric of each value: facet, value, metric, number.

use std::error::Error;
use std::fs::File;

use bias::{Facet, Metric, Plan, RESAMPLES, Row, Tally, Value, measure};
use tables::{Columns, Reader};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, label, positive, predicted_label, group, facets @ ..] = arguments.as_slice() else {
        return Err("wanted: FILE LABEL POSITIVE PREDICTED_LABEL GROUP FACET...".into());
    };
    let names: Vec<&String> = [label, predicted_label, group]
        .into_iter()
        .chain(facets)
        .collect();
    let columns = Columns {
        needed: names.iter().map(|name| (*name).clone()).collect(),
        optional: Vec::new(),
    };
    let facet = |name: &String| Facet {
        name: name.clone(),
        values: Vec::new(),
    };
    let mut tally = Tally::new(&Plan {
        label: label.clone(),
        positive: vec![Value::new(positive)],
        predicted_label: Some(predicted_label.clone()),
        facets: facets.iter().map(facet).collect(),
        group: Some(group.clone()),
    });
    let mut reader = Reader::open(File::open(file)?, &columns, u64::MAX)?;
    while let Some(entry) = reader.next_row()? {
        let row = entry.row.map_err(|error| error.to_string())?;
        let value = |name: &String| row.need(name).map_err(|error| error.to_string());
        let facets = facets.iter().map(value).collect::<Result<Vec<_>, _>>()?;
        tally.add(&Row {
            label: &value(label)?,
            predicted_label: &value(predicted_label)?,
            facets: &facets,
            group: &value(group)?,
        });
    }
    let metrics: Vec<Metric> = Metric::ALL
        .into_iter()
        .filter(|metric| *metric != Metric::FT)
        .collect();
    for table in &tally.finish()?.facets {
        for value in measure(table, &metrics, RESAMPLES) {
            for measured in &value.metrics {
                let said = measured
                    .value
                    .map_or("none".to_owned(), |value| value.to_string());
                println!(
                    "{}\t{}\t{}\t{said}",
                    table.name,
                    value.value,
                    measured.metric.name()
                );
            }
        }
    }
    Ok(())
}
