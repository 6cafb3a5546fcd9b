use contracts::answers::{AnsweredText, AnsweredTexts, GivenAnswer};
use contracts::dataset::Origin;
use contracts::task::Moment;
use policy::survey::survey;

use super::super::{invited::Invited, page};
use super::*;
use crate::status::facts::Loops;

fn known() -> AnsweredTexts {
    let given = |worker: &str, label: &str| GivenAnswer {
        worker: worker.to_owned(),
        label: label.to_owned(),
        seconds: 4.0,
        submitted_at: String::new(),
    };
    let text = |number: usize| AnsweredText {
        text_hash: number.to_string(),
        origin: Origin::Audit,
        answers: vec![
            given("w1", if number.is_multiple_of(5) { "0" } else { "1" }),
            given("w2", if number.is_multiple_of(2) { "0" } else { "1" }),
        ],
        probabilities: [].into(),
        answered_at: Moment(0),
    };
    AnsweredTexts {
        texts: (0..10).map(text).collect(),
    }
}

fn found() -> Found {
    Found {
        names: [("w1".to_owned(), "ana@example.com".to_owned())].into(),
        disputed: vec![Disputed {
            text: "It is <b>fine</b>.\nI returned it.".to_owned(),
            label: Some("0".to_owned()),
            posterior: Some(0.62),
            answers: vec![("ana@example.com".to_owned(), "1".to_owned())],
        }],
        invited: vec![Invited {
            name: "bob@example.org".to_owned(),
            on: "2026-11-20".to_owned(),
            command: "aws cognito-idp".to_owned(),
        }],
        skips: vec![Skip {
            text: "Lorem <i>ipsum</i>".to_owned(),
            worker: "w1".to_owned(),
            reason: "It is no review".to_owned(),
            task: "still open",
        }],
        loops: Loops {
            waiting: 3,
            skipped: 12,
            ..Loops::default()
        },
    }
}

#[test]
fn the_terminal_and_the_page_tell_the_same() {
    let (known, labels) = (known(), ["0", "1"].map(str::to_owned));
    let survey = survey(&known, &labels).expect("counted");
    let text = of(&survey, &found());
    let html = ::report::render_charts(&page::of(&survey, &found()));
    for told in [
        "3 open tasks; 20 answers to 10 texts; 12 tasks skipped in 30 days",
        "bob@example.org was invited on 2026-11-20 and has not signed in yet",
        "It is no review",
        "still open",
        "over 10 texts that several reviewers answered",
        "ana@example.com",
        // Whoever is no user any more keeps the id.
        "w2",
    ] {
        assert!(text.contains(told) && html.contains(told), "{told}: {text}");
    }
    assert!(text.contains("0 and 1 in 5 texts"), "{text}");
    let dispute = "ana@example.com 1 → 0 (62.0 %): It is <b>fine</b>. I returned it.";
    assert!(text.contains(dispute), "{text}");
    assert!(html.contains("&lt;b&gt;fine"), "texts are no markup");
    assert!(html.contains("Lorem &lt;i&gt;"), "{html}");
    // Both reviewers in both pictures.
    assert_eq!(html.matches("<circle").count(), 4);
}

#[test]
fn a_dispute_that_made_no_label_says_so() {
    let mut found = found();
    found.disputed[0].label = None;
    found.disputed[0].posterior = None;
    let dispute = dispute(&found.disputed[0]);
    assert!(dispute.contains("→ no label yet: It is"), "{dispute}");
}

#[test]
fn before_anybody_has_answered_it_says_so() {
    let (known, labels) = (AnsweredTexts::default(), Vec::new());
    let survey = survey(&known, &labels).expect("counted");
    let nothing = Found {
        names: [].into(),
        invited: Vec::new(),
        disputed: Vec::new(),
        skips: Vec::new(),
        loops: Loops::default(),
    };
    let text = of(&survey, &nothing);
    assert!(text.contains("0 answers to 0 texts"), "{text}");
    assert!(
        text.contains("no text has answers of two reviewers yet"),
        "{text}"
    );
}
