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
