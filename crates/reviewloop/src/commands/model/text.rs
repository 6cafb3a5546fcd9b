//! A version in lines of text.

use std::fmt::Write;

use contracts::evaluation::{Evaluation, Incumbent, Interval, Scores};
use contracts::training::TrainingCard;
use contracts::verdict::{Decision, Verdict};
use policy::shell::at_stack;
use report::format::{p_value, percent, percent_range, seconds};

use super::files::files;
use crate::evidence::{Model, version_of};
use crate::numbers::{bounds, points, scored};
use crate::page::{class_names, truncation};

pub fn write(
    text: &mut String,
    model: &Model,
    evaluation: Option<&Evaluation>,
    stack: &str,
) -> std::fmt::Result {
    let version = model.version;
    line(text, &format!("model version {version}"), &model.approval)?;
    if let Some(reason) = reason_given(model) {
        line(text, "  reason given", reason)?;
    }
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
        let decide =
            |word: &str| at_stack(&format!("reviewloop {word} {version} --reason WHY"), stack);
        let (approve, reject) = (decide("approve"), decide("reject"));
        writeln!(text, "\ndecide with: {approve}   or   {reject}")?;
    }
    Ok(())
}

/// What stands beside the approval where it is not the gate's summary, which is printed check by check.
fn reason_given(model: &Model) -> Option<&str> {
    let of_gate = model.verdict.as_ref().and_then(|verdict| {
        let uri = model.verdict_uri.as_deref()?;
        Some(policy::gate::summary(&verdict.checks, uri))
    });
    let description = model.approval_description.as_deref();
    description
        .filter(|description| !description.is_empty() && Some(*description) != of_gate.as_deref())
}

fn line(text: &mut String, name: &str, value: &str) -> std::fmt::Result {
    // A name that leaves no room still ends before its value.
    writeln!(text, "{name:<23} {value}")
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
    percent_range(value, interval.map(bounds))
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
        Some(p) => format!("; McNemar's exact test: {}", p_value(p)),
        None => String::new(),
    };
    let discordant =
        format!("{ours} rows only by this model, {theirs} only by version {version}{test}");
    line(text, "  classified rightly", &discordant)?;
    match difference.minimum_detectable_difference {
        Some(least) => line(
            text,
            "  power",
            &format!(
                "smallest detectable difference: {:.1} points",
                least * 100.0
            ),
        ),
        None => Ok(()),
    }
}

fn training(text: &mut String, card: &TrainingCard) -> std::fmt::Result {
    writeln!(text, "\ntraining")?;
    line(text, "  algorithm", &card.algorithm)?;
    if !card.epochs.is_empty() {
        let epochs = format!("{} of {}", card.best_epoch, card.epochs.len());
        line(text, "  kept epoch", &epochs)?;
    }
    for candidate in &card.candidates {
        let share = format!("{} of the answer", percent(candidate.weight));
        let told = candidate.failure.as_ref().unwrap_or(&share);
        line(text, &format!("  candidate {}", candidate.name), told)?;
    }
    line(text, "  time", &seconds(card.seconds))?;
    let rows = format!(
        "{} an epoch, {} for validation",
        card.train_rows, card.validation_rows
    );
    line(text, "  rows", &rows)?;
    if let Some(cut) = truncation(card) {
        let whose = if cut.of_a_member {
            ", by BERT alone"
        } else {
            ""
        };
        let cut = format!(
            "{} of {} are longer than {} tokens{whose}",
            cut.rows, cut.of_rows, cut.max_seq_length
        );
        line(text, "  texts cut", &cut)?;
    }
    for warning in &card.warnings {
        line(text, "  warning", warning)?;
    }
    if let Some(inputs) = &card.inputs {
        let dataset = inputs.dataset_version_id.as_deref();
        line(text, "  dataset version", dataset.unwrap_or("not named"))?;
        let rows = (&inputs.train_digest, &inputs.validation_digest);
        line(
            text,
            "  digests of rows",
            &format!("{}, {}", rows.0, rows.1),
        )?;
        if let Some(weights) = &inputs.pretrained_digest {
            line(text, "  digest of weights", weights)?;
        }
        line(text, "  program", &inputs.program)?;
    }
    let others = card
        .hyperparameters
        .iter()
        .filter(|(name, value)| *name != "algorithm" && !value.is_empty());
    for (name, value) in others {
        line(text, &format!("  {name}"), value)?;
    }
    Ok(())
}
