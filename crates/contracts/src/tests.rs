use crate::{event, keys, review};

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
