//! predict: what a caller is told where there is no prediction, or no question.

use contracts::keys;
use contracts::prediction::Review;
use contracts::review::{HumanLoopRecord, ReviewDay};
use lambda_main::call::{Answer, Call};
use policy::invocation::{MAXIMUM_BYTES, MAXIMUM_TEXTS};
use policy::text::{MAXIMUM_CHARACTERS, row_hash};
use predict::handle;
use serde_json::json;

use super::counting::Counting;
use super::refusing;
use super::review::{People, predict, serve};
use super::setup::event;

fn direct(texts: &[String]) -> Call {
    serde_json::from_value(json!({ "texts": texts })).unwrap()
}

async fn by_url(deps: &predict::Deps) -> (i64, Option<String>, String) {
    let answer = handle(deps, event("predict-function-url", &[])).await;
    let Answer::Url(response) = answer.unwrap() else {
        panic!("a function URL is answered as one")
    };
    let retry = response.headers.get("retry-after");
    let retry = retry.map(|value| value.to_str().unwrap().to_owned());
    (response.status_code, retry, response.body.unwrap())
}

#[tokio::test]
async fn without_an_endpoint_callers_are_told_to_come_back() {
    let people = People::new().await;
    let deps = people.predictor(0.0, 9);
    let (status, retry, body) = by_url(&deps).await;
    assert_eq!((status, retry.as_deref()), (503, Some("60")), "{body}");
    assert!(body.contains("no endpoint yet"), "{body}");
    // Called directly it is an error, so that an asynchronous call is made again.
    let error = handle(&deps, direct(&["x".to_owned()])).await.unwrap_err();
    assert!(error.to_string().contains("no endpoint yet"), "{error:#}");
}

#[tokio::test]
async fn what_the_endpoint_refuses_is_never_an_unexplained_502() {
    let people = People::new().await;
    for (code, message, expected) in [
        ("AccessDeniedException", "not authorized", 502),
        (
            "ValidationError",
            "Endpoint reviewloop of account 1 not found.",
            503,
        ),
    ] {
        let config = refusing::config(&people.setup, "predict", "/invocations", (code, message), 9);
        let deps = predict::Deps::new(&config, people.predictor(0.0, 9).config);
        let (status, _, body) = by_url(&deps).await;
        assert_eq!(status, expected, "{body}");
        assert!(body.contains("message"), "{body}");
    }
}

#[tokio::test]
async fn an_error_that_is_logged_quotes_no_text() {
    let people = People::new().await;
    serve(&people.setup).await;
    let deps = people.predictor(0.0, 9);
    for (text, reason) in [
        ("OUT-OF-ORDER", "the model answered 500"),
        ("ODD-ANSWER", "unreadable, line 1"),
    ] {
        let error = handle(&deps, direct(&[text.to_owned()])).await.unwrap_err();
        let logged = format!("{error:#} {error:?}");
        assert!(logged.contains(reason), "{logged}");
        assert!(!logged.contains(text), "{logged}");
    }
}

#[tokio::test]
async fn too_large_a_request_is_the_callers_and_reaches_no_endpoint() {
    let people = People::new().await;
    // There is no endpoint: a call of it would be a 503.
    let deps = people.predictor(0.0, 9);
    for (texts, status) in [
        (vec![], 400),
        (vec!["x".to_owned(); MAXIMUM_TEXTS + 1], 413),
        (vec!["x".repeat(MAXIMUM_BYTES / 2); 2], 413),
    ] {
        let answer = handle(&deps, direct(&texts)).await.unwrap();
        let Answer::Refused(refusal) = answer else {
            panic!("{answer:?}")
        };
        assert_eq!(refusal.status_code, status, "{}", refusal.message);
    }
}

#[tokio::test]
async fn a_member_that_the_request_does_not_have_is_refused_by_name() {
    let people = People::new().await;
    let call = json!({ "texts": ["a"], "review": [{ "Review Text": "b" }] });
    let call: Call = serde_json::from_value(call).unwrap();
    let answer = handle(&people.predictor(0.0, 9), call).await.unwrap();
    let Answer::Refused(refusal) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(refusal.status_code, 400);
    assert!(refusal.message.contains("`review`"), "{}", refusal.message);
}

#[tokio::test]
async fn a_byte_order_mark_before_the_body_is_no_content() {
    let people = People::new().await;
    serve(&people.setup).await;
    let marked = event(
        "predict-function-url",
        &[("\"body\": \"", "\"body\": \"\u{feff}")],
    );
    let answer = handle(&people.predictor(0.0, 9), marked).await.unwrap();
    let Answer::Url(response) = answer else {
        panic!("{answer:?}")
    };
    assert_eq!(response.status_code, 200, "{:?}", response.body);
}

#[tokio::test]
async fn a_text_that_nobody_can_read_takes_no_place_of_the_day() {
    let people = People::new().await;
    serve(&people.setup).await;
    let text = format!("unsure {}", "x".repeat(MAXIMUM_CHARACTERS));
    let answer = predict(&people.predictor(0.0, 9), &[&text]).await;
    let review = &answer.predictions[0].review;
    assert!(matches!(review, Review::CannotBeAsked { .. }), "{review:?}");
    assert_eq!(people.setup.keys(keys::REVIEW_DAYS).await, [""; 0]);
    assert_eq!(people.setup.keys(keys::HUMAN_LOOPS).await, [""; 0]);
}

#[tokio::test]
async fn a_question_that_a2i_will_never_take_is_stuck_at_once_with_its_sentence() {
    let people = People::new().await;
    serve(&people.setup).await;
    let error = ("ValidationException", "The flow definition is not Active.");
    let config = refusing::config(&people.setup, "predict", "/human-loops", error, 1);
    let deps = predict::Deps::new(&config, people.predictor(0.0, 9).config);
    let answer = predict(&deps, &["unsure"]).await;
    let Review::CannotBeAsked { reason } = &answer.predictions[0].review else {
        panic!("{answer:?}")
    };
    assert!(reason.contains(error.1), "{reason}");
    let key = keys::human_loop(&row_hash("unsure"));
    let record: HumanLoopRecord = people.setup.read(&key).await.unwrap();
    assert!(record.stuck.unwrap().contains(error.1));
    let outcome = people.collect(&record.human_loop).await;
    assert!(
        matches!(outcome, collect_labels::Outcome::Stuck { .. }),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_day_whose_audit_ran_out_is_marked_and_draws_no_more() {
    let people = People::new().await;
    serve(&people.setup).await;
    let deps = people.predictor(1.0, 2);
    let drawn = predict(&deps, &["b", "unsure a", "c", "b"]).await;
    let reviews: Vec<_> = drawn.predictions.iter().map(|it| &it.review).collect();
    assert!(matches!(reviews[0], Review::Started { .. }), "{reviews:?}");
    assert!(matches!(reviews[1], Review::Started { .. }), "{reviews:?}");
    // In the order in which they came, not in that of their hashes; twice is once.
    assert_eq!(reviews[2], &Review::OverBudget);
    assert!(
        matches!(reviews[3], Review::AlreadyAsked { .. }),
        "{reviews:?}"
    );
    // Each with the probability that it had of being drawn; the audit ended with the third.
    let drawn = drawn.predictions.iter();
    let probabilities: Vec<_> = drawn.map(|it| it.inclusion_probability.unwrap()).collect();
    assert_eq!(probabilities, [1.0, 1.0, 0.0, 0.0]);
    let days = people.setup.keys(keys::REVIEW_DAYS).await;
    let day: ReviewDay = people.setup.read(&days[0]).await.unwrap();
    assert_eq!((day.asked, day.audited), (2, 2));
    assert!(day.audit_closed_at.is_some());
    let mut later = people.predictor(1.0, 9);
    later.config.caps.all = 20;
    let later = predict(&later, &["unsure later"]).await;
    assert_eq!(later.predictions[0].review, Review::OverBudget);
    assert_eq!(later.predictions[0].inclusion_probability, Some(0.0));
}

#[tokio::test]
async fn every_prediction_has_the_probability_with_which_the_audit_draws_its_text() {
    let people = People::new().await;
    serve(&people.setup).await;
    let mut deps = people.predictor(0.25, 9);
    let long = "x".repeat(MAXIMUM_CHARACTERS + 1);
    let probabilities = async |deps: &predict::Deps| -> Vec<Option<f64>> {
        let answer = predict(deps, &["a", "unsure b", &long]).await;
        let predictions = answer.predictions.into_iter();
        predictions.map(|it| it.inclusion_probability).collect()
    };
    let expected = [Some(0.25), Some(0.25), Some(0.0)];
    assert_eq!(probabilities(&deps).await, expected);
    deps.reviewers = None;
    assert_eq!(probabilities(&deps).await, [Some(0.0); 3]);
}

#[tokio::test]
async fn a_day_that_cannot_be_read_asks_about_no_text_and_tells_no_probability() {
    let people = People::new().await;
    serve(&people.setup).await;
    predict(&people.predictor(0.0, 9), &["unsure a"]).await;
    let days = people.setup.keys(keys::REVIEW_DAYS).await;
    people.setup.put(&days[0], "no JSON").await;
    let answer = predict(&people.predictor(0.25, 9), &["b", "unsure c"]).await;
    let [sure, unsure] = &answer.predictions[..] else {
        panic!("{answer:?}")
    };
    // The prediction itself is answered.
    assert!(unsure.label.is_some(), "{unsure:?}");
    assert_eq!(unsure.review, Review::Failed);
    let probabilities = [sure.inclusion_probability, unsure.inclusion_probability];
    assert_eq!(probabilities, [None, None]);
}

#[tokio::test]
async fn the_cap_and_the_audits_probability_come_from_one_reading_of_the_day() {
    let people = People::new().await;
    serve(&people.setup).await;
    // With a question, and without.
    for texts in [["unsure a", "b"], ["c", "d"]] {
        let calls = Counting::new(people.setup.aws.connector());
        let config = people.setup.through("predict", calls.clone());
        let deps = predict::Deps::new(&config, people.predictor(0.001, 9).config);
        let answer = predict(&deps, &texts).await;
        let probability = answer.predictions[1].inclusion_probability;
        assert_eq!(probability, Some(0.001));
        // Two more, of today and of yesterday, tell which labels are frequent.
        assert_eq!(calls.count_of("GET", keys::REVIEW_DAYS), 3, "{texts:?}");
    }
}
