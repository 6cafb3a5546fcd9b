//! One model version: the verdict with its reasons, the scores, how it was trained and where its files are.

use std::fmt::Write;

use contracts::evaluation::{Evaluation, Incumbent, Interval, Scores};
use contracts::keys;
use contracts::training::TrainingCard;
use contracts::verdict::{Decision, Verdict};
use report::format::{p_value, percent, percent_range, seconds};
use serde_json::json;

use crate::account::Account;
use crate::evidence::{self, Model, version_of};
use crate::numbers::{bounds, points, scored};
use crate::output::Output;
use crate::page::{class_names, truncation};

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
        writeln!(
            text,
            "\ndecide with: reviewloop approve {version} --reason WHY   or   reviewloop reject {version} --reason WHY"
        )?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use contracts::training::{Candidate, Truncation};

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
            "  kept epoch            2 of 2",
            "  dataset version       reviews-1",
            "  digests of rows       0123456789abcdef, fedcba9876543210",
            "  classified rightly    21 rows only by this model, 13 only by version 4; McNemar's exact test: p = 0.230",
            "  power                 smallest detectable difference: 3.4 points",
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
    fn an_ensemble_tells_its_candidates_whose_texts_are_cut_and_what_it_warns_of() {
        let mut evaluation = fixture::evaluation();
        let card = evaluation.training.as_mut().expect("set");
        card.truncation = Some(Truncation {
            max_seq_length: 128,
            rows: 4,
            of_rows: 9,
        });
        card.candidates = ["fasttext", "bert"]
            .map(|name| Candidate {
                name: name.to_owned(),
                weight: 0.5,
                ..Candidate::default()
            })
            .to_vec();
        card.warnings = vec!["the label \"ok\" has 3 of 9 train rows".to_owned()];
        let mut text = String::new();
        let model = fixture::model(Decision::Approved);
        write(&mut text, &model, Some(&evaluation)).expect("a String takes everything");
        for part in [
            "  candidate bert        50.0 % of the answer",
            "  texts cut             4 of 9 are longer than 128 tokens, by BERT alone\n",
            "  warning               the label \"ok\" has 3 of 9 train rows\n",
        ] {
            assert!(text.contains(part), "{part} is missing in:\n{text}");
        }
    }

    #[test]
    fn a_persons_reason_is_told_and_the_gates_summary_is_not_told_twice() {
        let text = |model: &Model| {
            let mut text = String::new();
            write(&mut text, model, None).expect("a String takes everything");
            text
        };
        let mut model = fixture::model(Decision::Inconclusive);
        model.approval_description = Some("the recalls are good".to_owned());
        let told = text(&model);
        assert!(
            told.contains("  reason given          the recalls are good\n"),
            "{told}"
        );
        let verdict = model.verdict.as_ref().expect("set");
        let uri = model.verdict_uri.as_deref().expect("set");
        model.approval_description = Some(policy::gate::summary(&verdict.checks, uri));
        assert!(!text(&model).contains("reason given"));
    }

    #[test]
    fn a_long_name_ends_before_its_value_and_an_empty_value_is_left_out() {
        let mut evaluation = fixture::evaluation();
        let card = evaluation.training.as_mut().expect("set");
        let mut set = |name: &str, value: &str| {
            card.hyperparameters
                .insert(name.to_owned(), value.to_owned())
        };
        set("hidden_dropout_probability", "0.1");
        set("health_rules", "");
        let mut text = String::new();
        let model = fixture::model(Decision::Approved);
        write(&mut text, &model, Some(&evaluation)).expect("a String takes everything");
        assert!(
            text.contains("  hidden_dropout_probability 0.1\n"),
            "{text}"
        );
        assert!(!text.contains("health_rules"), "{text}");
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
