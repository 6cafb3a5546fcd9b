//! predict's captured answers, and what record-feedback is told of them.

use contracts::inference::{FeedbackResponse, Inference, Recorded, Truths};
use contracts::keys;
use lambda_main::call::{Answer, Call};
use record_feedback::{Config, Deps, handle};
use serde_json::{Value, json};

use super::refusing;
use super::review::{People, predict, serve};
use super::setup::{Setup, event};

const NOBODYS: &str = "019acd3e-5b0c-7cc0-9d3a-0a1b2c3d4e5f";

pub fn recorder(setup: &Setup) -> Deps {
    let config = Config {
        bucket: setup.bucket.name.clone(),
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
    };
    Deps::new(&setup.of("record-feedback"), config)
}

pub fn capturing(people: &People) -> predict::Deps {
    let mut deps = people.predictor(0.0, 9);
    deps.config.captures = true;
    deps
}

pub async fn told(deps: &Deps, request: Value) -> Answer<FeedbackResponse> {
    let call: Call = serde_json::from_value(request).unwrap();
    handle(deps, call).await.unwrap()
}

#[track_caller]
fn recorded(answer: Answer<FeedbackResponse>) -> (Option<Recorded>, Option<Recorded>) {
    match answer {
        Answer::Direct(response) => (response.reward, response.truths),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn refused(answer: Answer<FeedbackResponse>) -> (u16, String) {
    match answer {
        Answer::Refused(refusal) => (refusal.status_code, refusal.message),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
pub async fn a_reward_and_truths_are_recorded_once_of_a_captured_answer() {
    let people = People::new().await;
    let setup = &people.setup;
    serve(setup).await;
    let answer = predict(&capturing(&people), &["lovely", "as expected"]).await;
    let id = answer.inference_id.expect("captured");
    let kept: Inference = setup.read(&keys::inference(&id)).await.unwrap();
    assert_eq!(kept.answers[1].text, "as expected");
    assert_eq!(kept.answers[1].label, answer.predictions[1].label);
    assert_eq!(kept.variant.as_deref(), Some("champion"));
    assert_eq!(kept.draw, None);

    let deps = recorder(setup);
    let both = json!({"inference_id": id, "reward": 1, "truths": [null, "-1"]});
    let now = Some(Recorded::Recorded);
    assert_eq!(recorded(told(&deps, both.clone()).await), (now, now));
    let before = Some(Recorded::Already);
    assert_eq!(recorded(told(&deps, both).await), (before, before));
    let other = json!({"inference_id": id, "reward": 0});
    let (status, message) = refused(told(&deps, other).await);
    assert_eq!(status, 409);
    assert!(message.contains("another reward was recorded"), "{message}");
    let other = json!({"inference_id": id, "truths": ["1", "0"]});
    assert_eq!(refused(told(&deps, other).await).0, 409);
    // What was not known may be told later.
    let more = json!({"inference_id": id, "truths": ["1", null]});
    assert_eq!(recorded(told(&deps, more).await), (None, now));
    let truths: Truths = setup.read(&keys::truths(&id)).await.unwrap();
    assert_eq!(truths.labels, ["1", "-1"].map(|it| Some(it.to_owned())));
}

#[tokio::test]
pub async fn feedback_that_fits_no_answer_is_refused_in_https_terms() {
    let people = People::new().await;
    serve(&people.setup).await;
    let id = predict(&capturing(&people), &["lovely"]).await.inference_id;
    let deps = recorder(&people.setup);
    for (request, status, named) in [
        (
            json!({"inference_id": NOBODYS, "reward": 1}),
            404,
            "no answer 019acd3e",
        ),
        (json!({"inference_id": id, "reward": 2}), 400, "not 2"),
        (
            json!({"inference_id": id, "truths": []}),
            400,
            "0 truths for an answer to 1 texts",
        ),
        (
            json!({"inference_id": id, "truths": ["good"]}),
            400,
            "truths[0]: \"good\"",
        ),
        (json!({"reward": 1}), 400, "missing field `inference_id`"),
    ] {
        let (found, message) = refused(told(&deps, request).await);
        assert_eq!(found, status, "{message}");
        assert!(message.contains(named), "{message}");
    }
    assert_eq!(
        people.setup.keys(keys::FEEDBACK).await,
        Vec::<String>::new()
    );
    let body = json!({"inference_id": NOBODYS, "reward": 1}).to_string();
    let mut by_url: Value = event("predict-function-url", &[]);
    by_url["body"] = body.into();
    by_url["isBase64Encoded"] = false.into();
    match told(&deps, by_url).await {
        Answer::Url(response) => assert_eq!(response.status_code, 404),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_captured_is_given_without_an_id() {
    let people = People::new().await;
    serve(&people.setup).await;
    let denied = ("AccessDenied", "not authorized");
    let config = refusing::config(&people.setup, "predict", ".json?x-id=PutObject", denied, 9);
    let deps = predict::Deps::new(&config, capturing(&people).config);
    let answer = predict(&deps, &["lovely"]).await;
    assert!(answer.predictions[0].label.is_some());
    assert_eq!(answer.inference_id, None);
    let without = predict(&people.predictor(0.0, 9), &["lovely"]).await;
    assert_eq!(without.inference_id, None, "nothing is captured");
}
