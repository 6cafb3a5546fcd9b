//! What a reviewer sees: an audit's task says that it was drawn at random, and suggests no answer.

use serde_json::{Value, json};
use worker_portal::template::{GrantReadAccess, render_task};

use crate::source;

fn page(input: &Value) -> String {
    let template = source::read("templates/sentiment-review.liquid.html");
    render_task(&template, input, &GrantReadAccess::none()).expect("the task renders")
}

#[test]
fn a_doubtful_review_says_so_and_one_without_a_label_says_nothing_of_a_model() {
    let shown = |origin| page(&json!({"taskObject": "fine", "initialValue": "", "origin": origin}));
    let doubtful = shown("uncertain");
    assert!(doubtful.contains("The model is unsure"), "{doubtful}");
    assert!(!doubtful.contains("initial-value"), "{doubtful}");
    assert!(!doubtful.contains("drawn at random"), "{doubtful}");
    let unlabelled = shown("upload");
    assert!(!unlabelled.contains("model"), "{unlabelled}");
}

#[test]
fn an_answer_that_is_changed_is_chosen_beforehand() {
    let page = page(&json!({"taskObject": "fine", "initialValue": "0", "origin": "uncertain"}));
    assert!(page.contains(r#"initial-value="0""#), "{page}");
}

#[test]
fn an_audited_review_comes_without_a_guess_and_says_that_it_was_drawn_at_random() {
    let page = page(&json!({"taskObject": "fine", "initialValue": "", "origin": "audit"}));
    assert!(!page.contains("initial-value"), "{page}");
    assert!(!page.contains("unsure"), "{page}");
    assert_eq!(page.matches("drawn at random").count(), 2, "{page}");
}

#[test]
fn the_labels_of_sentiment_are_explained_as_such_in_any_order() {
    for labels in [
        json!(["-1", "0", "1"]),
        json!(["1", "0", "-1"]),
        json!(null),
    ] {
        let page = page(&json!({"taskObject": "fine", "labels": labels}));
        assert!(page.contains("How does the writer feel"), "{page}");
        for words in [
            r#""-1": "Unhappy", "0": "Neutral or mixed", "1": "Happy""#,
            "<strong>Happy:</strong>",
            "<strong>Neutral or mixed:</strong>",
            "<strong>Unhappy:</strong>",
            "Sarcasm",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }
}

#[test]
fn other_labels_are_asked_for_without_a_word_of_feelings() {
    for labels in [
        json!(["Loans", "Cards, prepaid"]),
        json!(["0", "1"]),
        json!(["-1", "0", "1", "2"]),
    ] {
        let page = page(&json!({"taskObject": "fine", "labels": labels}));
        assert!(page.contains("Which label fits this text?"), "{page}");
        for word in ["feel", "happy", "bought", "neutral", "product", "size"] {
            assert!(!page.to_lowercase().contains(word), "{word}: {page}");
        }
    }
}
