use serde_json::json;

use crate::task::{IdentityData, Output, OutputAnswer, WorkerMetadata};
use crate::{event, keys, names, review};

#[test]
fn version_keys_sort_as_their_numbers_and_read_back() {
    let keys: Vec<_> = [9, 10, 101].map(|n| keys::version("reviews", n)).into();
    assert!(keys.is_sorted());
    assert_eq!(keys::version_number("reviews", &keys[2]), Some(101));
    assert_eq!(keys::version_number("other", &keys[2]), None);
    assert_eq!(
        keys::version_number("reviews", "datasets/reviews/versions/x.json"),
        None
    );
}

#[test]
fn an_s3_uri_takes_itself_apart() {
    let uri = keys::s3_uri("bucket", "a/b c.json");
    assert_eq!(keys::parse_s3_uri(&uri), Some(("bucket", "a/b c.json")));
    assert_eq!(keys::parse_s3_uri("http://x/y"), None);
}

#[test]
fn an_executions_keys_name_the_execution() {
    for key in [keys::evaluation("abc"), keys::prepared_profile("abc")] {
        assert_eq!(keys::execution_id(&key), Some("abc"));
    }
    assert_eq!(keys::execution_id("verdicts/00000001/x.json"), None);
}

#[test]
fn fields_that_nobody_reads_do_not_lose_a_detail() {
    let text = r#"{"EndpointName":"reviewloop","Tags":null,"CreationTime":1.5e12}"#;
    let detail: event::Endpoint = serde_json::from_str(text).unwrap();
    assert_eq!(detail.endpoint_name, "reviewloop");
}

#[test]
fn an_a2i_answer_reads_as_a_label() {
    let text = r#"{"acceptanceTime":"2026-11-14T17:45:15.191Z","workerId":"a12",
        "answerContent":{"sentiment":{"label":"-1"}},"timeSpentInSeconds":40.5}"#;
    let answer: review::HumanAnswer = serde_json::from_str(text).unwrap();
    assert_eq!(answer.answer_content.sentiment.unwrap().label, "-1");
}

#[test]
fn a_portals_answer_reads_as_a2is() {
    let input =
        json!({"taskObject": "fine", "labels": ["0", "1"], "origin": "audit", "textHash": "t"});
    let output = Output {
        flow_definition_arn: names::review_portal("reviewloop"),
        human_answers: vec![OutputAnswer {
            acceptance_time: "2026-11-14T17:45:15.191Z".into(),
            answer_content: json!({"sentiment": {"label": "1"}, "comment": "clear"}),
            submission_time: "2026-11-14T17:45:58.321Z".into(),
            time_spent_in_seconds: 43.13,
            worker_id: "w".into(),
            worker_metadata: WorkerMetadata {
                identity_data: IdentityData {
                    identity_provider_type: "Cognito".into(),
                    issuer: "https://pool".into(),
                    sub: "s".into(),
                },
            },
        }],
        human_loop_name: "t-1".into(),
        input_content: serde_json::from_value(input).unwrap(),
    };
    let text = serde_json::to_string(&output).unwrap();
    let read: review::HumanLoopOutput = serde_json::from_str(&text).unwrap();
    assert_eq!(read.human_loop_name, "t-1");
    assert_eq!(read.input_content, output.input_content);
    let answer = read.human_answers[0].answer_content.sentiment.as_ref();
    assert_eq!(answer.unwrap().label, "1");
    // Word for word as AWS documents it.
    let answer = &serde_json::to_value(&output).unwrap()["humanAnswers"][0];
    let identity = json!({"identityProviderType": "Cognito", "issuer": "https://pool", "sub": "s"});
    assert_eq!(answer["workerMetadata"]["identityData"], identity);
    assert_eq!(answer["timeSpentInSeconds"], 43.13);
}

#[test]
fn an_open_tasks_key_and_a_portals_name_tell_what_they_are_of() {
    for except in [vec![], vec!["ann"], vec!["ann", "bob"]] {
        let names: Vec<String> = except.iter().map(|&id| id.to_owned()).collect();
        let key = keys::open_task("t-1", &names);
        assert_eq!(keys::parse_open_task(&key), Some(("t-1", except)));
    }
    let many: Vec<String> = (10..50).map(|n| format!("{n}{}", "w".repeat(24))).collect();
    let key = keys::open_task(&"t".repeat(63), &many);
    assert!(key.len() <= 1_024, "{}", key.len());
    let (_, named) = keys::parse_open_task(&key).unwrap();
    assert_eq!(named, many[..30]);
    assert_eq!(keys::parse_open_task(&keys::task("t-1")), None);
    let answered = keys::answered_task("ann", "2026-11-22", "t-1");
    assert_eq!(keys::answered_task_human_loop(&answered), Some("t-1"));
    assert!(answered.starts_with(&keys::answered_tasks_prefix("ann")));
    let portal = names::review_portal("a-stack");
    assert_eq!(names::review_portal_stack(&portal), Some("a-stack"));
    assert_eq!(
        names::review_portal_stack("arn:aws:sagemaker:r:1:flow-definition/f"),
        None
    );
}

#[test]
fn a_detail_type_tells_its_source() {
    assert_eq!(event::source(event::OBJECT_CREATED), event::S3);
    assert_eq!(event::source(event::HUMAN_LOOP), event::SAGEMAKER);
    assert_eq!(event::source(event::PORTAL_HUMAN_LOOP), event::REVIEWLOOP);
}

#[test]
fn a_key_in_a_message_names_no_worker() {
    let open = keys::open_task("hash-loop", &["w1".to_owned(), "w2".to_owned()]);
    assert_eq!(
        keys::without_workers(&open),
        keys::open_task("hash-loop", &[])
    );
    let claimed = keys::claimed_task("w1", "hash-loop");
    assert!(!keys::without_workers(&claimed).contains("w1"));
    let answered = keys::answered_task("w1", "2026-11-28", "hash-loop");
    assert!(!keys::without_workers(&answered).contains("w1"));
    let skipped = keys::skipped_task("w1", "loop-1");
    assert!(!keys::without_workers(&skipped).contains("w1"));
    assert_eq!(keys::skipped_task_human_loop(&skipped), Some("loop-1"));
    let task = keys::task("hash-loop");
    assert_eq!(keys::without_workers(&task), task);
}

#[test]
fn a_refusal_is_no_response_however_little_that_needs() {
    use crate::call::CallAnswer;
    use crate::inference::FeedbackResponse;
    let read = |json: &str| serde_json::from_str::<CallAnswer<FeedbackResponse>>(json).unwrap();
    let refused = read(r#"{"statusCode": 409, "message": "another reward was recorded"}"#);
    assert!(matches!(refused, CallAnswer::Refusal(_)), "{refused:?}");
    let answered = read(r#"{"reward": "recorded"}"#);
    assert!(matches!(answered, CallAnswer::Response(_)), "{answered:?}");
}

#[test]
fn a_training_card_of_an_older_release_is_read() {
    use crate::training::TrainingCard;
    let card = json!({
        "algorithm": "automl", "hyperparameters": {}, "train_rows": 9, "validation_rows": 3, "parameters": 1, "epochs": [],
        "best_epoch": 0, "seconds": 1.5, "candidates": [{"name": "ngrams", "weight": 1.0, "parameters": 1, "seconds": 0.5}],
    });
    let card: TrainingCard = serde_json::from_value(card).unwrap();
    let candidate = &card.candidates[0];
    assert!(card.warnings.is_empty() && candidate.hyperparameters.is_empty());
    assert_eq!((candidate.epochs.len(), candidate.best_epoch), (0, 0));
}

/// Packages of earlier releases carry them.
#[test]
fn a_decision_has_its_word_on_a_package_and_in_a_verdict() {
    use crate::verdict::Decision;
    let words = ["Approved", "Rejected", "Inconclusive"];
    for (decision, word) in Decision::ALL.into_iter().zip(words) {
        assert_eq!(decision.word(), word);
        assert_eq!(Decision::parse(word), Some(decision));
        assert_eq!(serde_json::to_value(decision).unwrap(), word);
    }
    assert_eq!(Decision::parse("approved"), None);
}
