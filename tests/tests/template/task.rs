//! What a reviewer sees: an audit's task says that it was drawn at random, and suggests no answer.

use serde_json::{Value, json};
use worker_portal::template::{GrantReadAccess, render_task};

use crate::source;

fn page(input: &Value) -> String {
    let template = source::read("templates/sentiment-review.liquid.html");
    render_task(&template, input, &GrantReadAccess::none()).expect("the task renders")
}

#[test]
fn a_doubtful_review_comes_with_the_models_guess_and_says_so() {
    let page = page(&json!({"taskObject": "fine", "initialValue": "0", "origin": "uncertain"}));
    assert!(page.contains(r#"initial-value="0""#), "{page}");
    assert!(page.contains("because it is unsure"), "{page}");
    assert!(!page.contains("drawn at random"), "{page}");
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
