//! The reviewers' labels as SageMaker Ground Truth's output manifest, which register-dataset reads again.

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use contracts::ground_truth::{self, Metadata, TEXT_CLASSIFICATION};
use contracts::keys;
use contracts::review::Label;
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;

use crate::account::Account;
use crate::arguments::Labels;
use crate::output::Output;

/// Objects that are read at the same time.
const AT_ONCE: usize = 16;

pub async fn labels(account: &Account, labels: &Labels, output: &Output) -> anyhow::Result<()> {
    let known = account.labels().await?;
    let keys = account.keys(keys::LABELS).await?;
    let read = stream::iter(keys).map(async |key| account.object::<Label>(&key).await);
    let read: Vec<Option<Label>> = read.buffered(AT_ONCE).try_collect().await?;
    let read: Vec<Label> = read.into_iter().flatten().collect();
    let all = read.len();
    let mut lines = Vec::new();
    let mut written = 0;
    for label in &read {
        // A label that left the stack's has no place among them.
        let Some(place) = known.iter().position(|known| *known == label.label) else {
            continue;
        };
        serde_json::to_writer(&mut lines, &line(label, place, &account.stack)?)?;
        lines.push(b'\n');
        written += 1;
    }
    let left_out = all - written;
    if labels.output == Path::new("-") {
        let mut stdout = std::io::stdout().lock();
        return stdout.write_all(&lines).context("write the manifest");
    }
    let file = labels.output.display();
    std::fs::write(&labels.output, lines).with_context(|| format!("write {file}"))?;
    let result = json!({
        "ok": true,
        "output": labels.output,
        "labels": written,
        "left_out": left_out,
    });
    output.result(&result, || {
        let others = match left_out {
            0 => String::new(),
            _ => format!("; {left_out} labels that left the stack's Labels are left out"),
        };
        format!("{written} labels in {file}{others}\n")
    })
}

fn line(label: &Label, place: usize, stack: &str) -> anyhow::Result<Map<String, Value>> {
    let context = label.context.iter();
    let context = context.map(|(column, field)| (column.clone(), Value::from(field.as_str())));
    let created_at = label.created_at.format(&Rfc3339)?;
    let metadata = Metadata {
        class_name: label.label.clone(),
        confidence: label.posterior,
        human_annotated: "yes".to_owned(),
        creation_date: created_at.trim_end_matches('Z').to_owned(),
        job_name: format!("labeling-job/{stack}"),
        kind: TEXT_CLASSIFICATION.to_owned(),
    };
    Ok(ground_truth::line(
        context.collect(),
        &label.text,
        place,
        &metadata,
    )?)
}

#[cfg(test)]
mod tests {
    use contracts::dataset::Origin;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_label_is_a_line_of_ground_truths_output_manifest() {
        let label = Label {
            text: "Soft".to_owned(),
            context: [("Title".to_owned(), "Nice".to_owned())].into(),
            label: "1".to_owned(),
            origin: Origin::Upload,
            inclusion_probability: None,
            predicted: String::new(),
            human_loop: "h".to_owned(),
            posterior: Some(0.97),
            human_answers: Vec::new(),
            created_at: datetime!(2026-11-28 10:00 UTC),
        };
        let line = line(&label, 2, "mine").expect("a line");
        let expected = json!({
            "Title": "Nice",
            "source": "Soft",
            "sentiment": 2,
            "sentiment-metadata": {
                "class-name": "1",
                "confidence": 0.97,
                "human-annotated": "yes",
                "creation-date": "2026-11-28T10:00:00",
                "job-name": "labeling-job/mine",
                "type": "groundtruth/text-classification",
            },
        });
        assert_eq!(Value::from(line), expected);
    }
}
