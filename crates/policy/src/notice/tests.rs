use contracts::constraints::{CheckType, Severity, Violation};

use super::*;

fn run(reason: &str) -> Matter {
    Matter::Run {
        version: 3,
        attempt: 2,
        reason: reason.to_owned(),
    }
}

#[test]
fn a_notice_is_the_sentence_and_the_command_that_answers_it() {
    assert_eq!(
        run("AlgorithmError: only one class").notice("reviewloop", None),
        "dataset version 3: AlgorithmError: only one class -> reviewloop start"
    );
    let passed = Matter::Undecided {
        version: 4,
        passed: true,
    };
    assert_eq!(
        passed.notice("mine", None),
        "model version 4 passed the gate and waits for your decision -> reviewloop model 4 --stack mine | \
         reviewloop approve 4 --reason TEXT --stack mine | reviewloop reject 4 --reason TEXT --stack mine"
    );
}

#[test]
fn a_notice_stands_in_a_json_string_as_it_is() {
    let notice = run("the \"limit\"\nof C:\\x").notice("reviewloop", None);
    let quoted = serde_json::to_string(&notice).expect("a text");
    assert_eq!(quoted, format!("\"{notice}\""));
    assert!(run(&"long".repeat(1000)).notice("reviewloop", None).len() < 500);
    let study = Matter::Study {
        study: "3-abcdef".to_owned(),
        reason: "why".to_owned(),
        command: r#"reviewloop tune --parameter 'loss="a\b,c'"#.to_owned(),
    };
    let notice = study.notice("reviewloop", None);
    let quoted = serde_json::to_string(&notice).expect("a text");
    assert_eq!(quoted, format!("\"{notice}\""));
}

#[test]
fn an_upload_is_named_in_its_command_by_letters_and_digits_whatever_its_key_is() {
    let key = "incoming/women's \"clothing\" 2026.csv".to_owned();
    let id = upload_id(&key);
    assert!(id.bytes().all(|it| it.is_ascii_alphanumeric()), "{id}");
    let commands = Matter::Upload { key }.commands("reviewloop");
    assert_eq!(commands[0], format!("reviewloop discard {id}"));
    assert_eq!(commands[1], "reviewloop upload FILE");
    let key = "incoming/unlabelled/a.csv".to_owned();
    let commands = Matter::Upload { key }.commands("reviewloop");
    assert_eq!(commands[1], "reviewloop upload --unlabelled FILE");
}

#[test]
fn what_runs_too_long_or_for_no_run_is_answered_by_stopping_it() {
    let id = || "k3jx5c0q2f7d".to_owned();
    let reason = "it has been Executing for 25 hours".to_owned();
    for matter in [
        Matter::Execution { id: id(), reason },
        Matter::Orphan { id: id() },
    ] {
        let commands = matter.commands("reviewloop");
        assert_eq!(commands, ["reviewloop stop k3jx5c0q2f7d"]);
    }
}

#[test]
fn a_held_version_is_told_with_the_violation_that_holds_it() {
    let violation = |feature: &str, severity| Violation {
        feature_name: feature.to_owned(),
        constraint_check_type: CheckType::CompletenessCheck,
        description: "is missing in 40 of 100 rows".to_owned(),
        severity,
    };
    let held = Matter::Held {
        version: 3,
        key: "incoming/b.csv".to_owned(),
        violations: vec![
            violation("Title", Severity::Warn),
            violation("Age", Severity::Hold),
            violation("Size", Severity::Hold),
        ],
    };
    assert_eq!(
        held.sentence(),
        "dataset version 3 waits, because incoming/b.csv is unlike the constraints: column \"Age\": is missing in 40 of \
         100 rows, and 1 more"
    );
    let commands = held.commands("reviewloop");
    assert_eq!(commands[0], "reviewloop release 3 --reason TEXT");
    assert!(commands[1].starts_with("reviewloop discard "));
}

#[test]
fn many_notices_are_counted_and_none_make_no_message() {
    assert_eq!(message(&[], "reviewloop"), None);
    assert_eq!(
        message(&["a".into(), "b".into()], "s"),
        Some("a ; b".into())
    );
    let many: Vec<String> = (0..13).map(|number| number.to_string()).collect();
    let message = message(&many, "reviewloop").expect("a message");
    assert!(
        message.ends_with("9 ; 3 more -> reviewloop status"),
        "{message}"
    );
}

#[test]
fn reviews_that_wait_are_one_matter_however_many_they_are() {
    let waiting = |open, days: u32| Matter::Reviews {
        open,
        waited: AGAIN * days,
    };
    assert_eq!(
        waiting(37, 2).notice("mine", None),
        "37 reviews wait for an answer, the oldest for 2 days -> reviewloop reviewers --stack mine"
    );
    assert_eq!(
        waiting(1, 1).sentence(),
        "1 review has waited for an answer for 1 day"
    );
    assert_eq!(waiting(37, 2).subject(), waiting(1, 1).subject());
    assert!(waiting(1, 1).is_told_again() && !waiting(1, 1).is_stuck());
}

#[test]
fn the_same_matter_with_another_reason_has_the_same_subject() {
    assert_eq!(run("a").subject(), run("b").subject());
    let waits = Matter::Waits {
        version: 3,
        reason: "25 hours".into(),
    };
    let asked = Matter::Undecided {
        version: 3,
        passed: false,
    };
    assert_eq!(waits.subject(), asked.subject());
}
