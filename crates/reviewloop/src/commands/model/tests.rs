use contracts::evaluation::Evaluation;
use contracts::training::{Candidate, Truncation};
use contracts::verdict::Decision;

use super::text::write;
use crate::evidence::Model;
use crate::fixture;

fn told(model: &Model, evaluation: Option<&Evaluation>) -> String {
    let mut text = String::new();
    write(&mut text, model, evaluation, "mine").expect("a String takes everything");
    text
}

#[test]
fn a_version_is_told_with_verdict_scores_training_and_files() {
    let mut evaluation = fixture::against(4);
    evaluation.anchor = fixture::against(2).champion;
    let model = fixture::model(Decision::Inconclusive);
    let text = told(&model, Some(&evaluation));
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
        "\ndecide with: reviewloop approve 1 --reason WHY --stack mine   or   reviewloop reject 1 --reason WHY --stack mine\n",
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
    let model = fixture::model(Decision::Approved);
    let text = told(&model, Some(&evaluation));
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
    let mut model = fixture::model(Decision::Inconclusive);
    model.approval_description = Some("the recalls are good".to_owned());
    let text = told(&model, None);
    assert!(
        text.contains("  reason given          the recalls are good\n"),
        "{text}"
    );
    let verdict = model.verdict.as_ref().expect("set");
    let uri = model.verdict_uri.as_deref().expect("set");
    model.approval_description = Some(policy::gate::summary(&verdict.checks, uri));
    assert!(!told(&model, None).contains("reason given"));
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
    let model = fixture::model(Decision::Approved);
    let text = told(&model, Some(&evaluation));
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
    let text = told(&model, None);
    assert!(text.contains("has not judged it yet"), "{text}");
    assert!(
        text.contains("evaluation              is not in the bucket"),
        "{text}"
    );
    assert!(!text.contains("decide with"), "{text}");
}
