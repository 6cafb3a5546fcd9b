//! One model version: the verdict with its reasons, the scores, how it was trained and where its files are.

use std::fmt::Write;

use contracts::evaluation::{Evaluation, Incumbent, Interval, Scores};
use contracts::keys;
use contracts::training::TrainingCard;
use contracts::verdict::{Decision, Verdict};
use serde_json::json;

use crate::account::Account;
use crate::evidence::{self, Model};
use crate::numbers::{duration, points, scored, version_of};
use crate::output::Output;
use crate::page::class_names;

pub async fn model(account: &Account, version: i32, output: &Output) -> anyhow::Result<()> {
    let model = evidence::model(account, version).await?;
    let evaluation: Option<Evaluation> = match model.evaluation_uri() {
        Some(uri) => account.find_at(uri).await?,
        None => None,
    };
    let files = files(&model);
    let result = json!({
        "ok": true,
        "version": model.version,
        "model_package_arn": model.arn,
        "approval_status": model.approval,
        "approval_description": model.approval_description,
        "withdrawn": model.withdrawn,
        "verdict": model.verdict,
        "evaluation": evaluation,
        "files": files.iter().cloned().collect::<serde_json::Map<_, _>>(),
    });
    output.result(&result, || {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = write(&mut text, &model, evaluation.as_ref());
        text
    })
}

/// Name and address.
fn files(model: &Model) -> Vec<(String, serde_json::Value)> {
    let evaluation = model.evaluation_uri().map(str::to_owned);
    let execution = model.execution_id().and_then(|id| {
        let (bucket, _) = keys::parse_s3_uri(model.registered_evaluation.as_deref()?)?;
        Some(keys::s3_uri(bucket, &keys::execution(id)))
    });
    let files = [
        ("model", model.model_data_url.clone()),
        ("evaluation", evaluation),
        ("verdict", model.verdict_uri.clone()),
        ("execution", execution),
    ];
    files
        .into_iter()
        .filter_map(|(name, address)| Some((name.to_owned(), address?.into())))
        .collect()
}

fn write(text: &mut String, model: &Model, evaluation: Option<&Evaluation>) -> std::fmt::Result {
    let version = model.version;
    line(text, &format!("model version {version}"), &model.approval)?;
    if let Some(withdrawn) = &model.withdrawn {
        line(text, "withdrawn", withdrawn)?;
    }
    match &model.verdict {
        Some(verdict) => gate(text, verdict)?,
        None => line(text, "the gate", "has not judged it yet")?,
    }
    match evaluation {
        Some(evaluation) => {
            scores(text, &evaluation.challenger)?;
            for (name, incumbent) in evaluation.incumbents() {
                against(text, name, incumbent)?;
            }
            if let Some(card) = &evaluation.training {
                training(text, card)?;
            }
        }
        None => line(text, "evaluation", "is not in the bucket")?,
    }
    writeln!(text, "\nfiles")?;
    for (name, address) in files(model) {
        line(
            text,
            &format!("  {name}"),
            address.as_str().unwrap_or_default(),
        )?;
    }
    if model.approval == "PendingManualApproval" {
        writeln!(
            text,
            "\ndecide with: reviewloop approve {version} --reason WHY   or   reviewloop reject {version} --reason WHY"
        )?;
    }
    Ok(())
}

fn line(text: &mut String, name: &str, value: &str) -> std::fmt::Result {
    writeln!(text, "{name:<24}{value}")
}

fn gate(text: &mut String, verdict: &Verdict) -> std::fmt::Result {
    line(text, "the gate", &format!("{:?}", verdict.decision))?;
    for check in &verdict.checks {
        let mark = match check.decision {
            Decision::Approved => "+",
            Decision::Rejected => "-",
            Decision::Inconclusive => "?",
        };
        line(text, &format!("  {mark} {}", check.name), &check.reason)?;
    }
    Ok(())
}

fn scores(text: &mut String, scores: &Scores) -> std::fmt::Result {
    writeln!(
        text,
        "\nscores on {} test rows, with 95 % intervals",
        scores.rows
    )?;
    let balanced = scored(scores.balanced_accuracy, &scores.balanced_accuracy_interval);
    line(text, "  balanced accuracy", &balanced)?;
    let accuracy = scored(scores.accuracy, &scores.accuracy_interval);
    line(text, "  accuracy", &accuracy)?;
    let f1 = scores
        .bootstrap
        .map(|bootstrap| bootstrap.macro_f1.interval);
    line(text, "  macro F1", &optional(scores.macro_f1, f1.as_ref()))?;
    let labels: Vec<String> = scores.classes.iter().map(|it| it.label.clone()).collect();
    for (class, name) in scores.classes.iter().zip(class_names(&labels)) {
        let (precision, recall) = (
            optional(class.precision, class.precision_interval.as_ref()),
            scored(class.recall, &class.recall_interval),
        );
        let (f1, rows) = (
            optional(class.f1, class.f1_interval.as_ref()),
            class.support,
        );
        let measured = format!("precision {precision}, recall {recall}, F1 {f1}, {rows} rows");
        line(text, &format!("  {name}"), &measured)?;
    }
    Ok(())
}

fn optional(value: f64, interval: Option<&Interval>) -> String {
    match interval {
        Some(interval) => scored(value, interval),
        None => format!("{:.1} %", value * 100.0),
    }
}

/// An incumbent on the same rows.
fn against(text: &mut String, name: &str, incumbent: &Incumbent) -> std::fmt::Result {
    let version = version_of(&incumbent.model_package_arn);
    let (scores, difference) = (&incumbent.scores, &incumbent.difference);
    writeln!(
        text,
        "\nagainst the {name}, version {version}, on the same rows"
    )?;
    let balanced = scored(scores.balanced_accuracy, &scores.balanced_accuracy_interval);
    line(text, "  its balanced accuracy", &balanced)?;
    let paired = points(difference.value, &difference.interval);
    line(text, "  difference, paired", &paired)?;
    let (ours, theirs) = (
        difference.only_challenger_right,
        difference.only_champion_right,
    );
    let test = match difference.mcnemar_p {
        Some(p) => format!("; McNemar's exact test: p = {p:.3}"),
        None => String::new(),
    };
    let discordant = format!("only this model {ours}, only version {version} {theirs}{test}");
    line(text, "  rows one got right", &discordant)?;
    match difference.minimum_detectable_difference {
        Some(least) => line(
            text,
            "  visible difference",
            &format!("at least {:.1} points on so many rows", least * 100.0),
        ),
        None => Ok(()),
    }
}

fn training(text: &mut String, card: &TrainingCard) -> std::fmt::Result {
    writeln!(text, "\ntraining")?;
    line(text, "  algorithm", &card.algorithm)?;
    let epochs = format!("{} of {}", card.best_epoch, card.epochs.len());
    line(text, "  kept epoch", &epochs)?;
    line(text, "  time", &duration(card.seconds))?;
    let rows = format!(
        "{} an epoch, {} for validation",
        card.train_rows, card.validation_rows
    );
    line(text, "  rows", &rows)?;
    if let Some(cut) = card.truncation {
        let cut = format!(
            "{} of {} are longer than {} tokens",
            cut.rows, cut.of_rows, cut.max_seq_length
        );
        line(text, "  texts cut", &cut)?;
    }
    let others = card
        .hyperparameters
        .iter()
        .filter(|(name, _)| *name != "algorithm");
    for (name, value) in others {
        line(text, &format!("  {name}"), value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_version_is_told_with_verdict_scores_training_and_files() {
        let mut evaluation = fixture::against(4);
        evaluation.anchor = fixture::against(2).champion;
        let mut text = String::new();
        let model = fixture::model(Decision::Inconclusive);
        write(&mut text, &model, Some(&evaluation)).expect("a String takes everything");
        for part in [
            "model version 1         PendingManualApproval",
            "the gate                Inconclusive",
            "  + test_rows           480 rows",
            "  ? recall              fine",
            "  balanced accuracy     81.2 % (78.0 to 84.0)",
            "  negative              precision 80.0 %, recall 80.0 % (78.0 to 84.0), F1 80.0 %, 160 rows",
            "against the champion, version 4, on the same rows",
            "  difference, paired    -0.6 points (-2.1 to +0.9)",
            "only this model 21, only version 4 13; McNemar's exact test: p = 0.230",
            "against the anchor, version 2, on the same rows",
            "  kept epoch            2 of 2",
            "  learning_rate         0.00005",
            "  model                 s3://bucket/executions/e1/model/m/output/model.tar.gz",
            "  execution             s3://bucket/executions/e1/\n",
            "reviewloop approve 1 --reason WHY",
        ] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn a_version_without_evaluation_is_told_as_far_as_it_goes() {
        let mut model = fixture::model(Decision::Approved);
        (model.verdict, model.approval) = (None, "Approved".to_owned());
        let mut text = String::new();
        write(&mut text, &model, None).expect("a String takes everything");
        assert!(text.contains("has not judged it yet"), "{text}");
        assert!(
            text.contains("evaluation              is not in the bucket"),
            "{text}"
        );
        assert!(!text.contains("decide with"), "{text}");
    }
}
