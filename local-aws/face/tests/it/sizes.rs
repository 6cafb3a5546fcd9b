//! Requests as large as AWS takes them.

use serde_json::{Value, json};

use crate::world::serve;

#[tokio::test]
async fn one_of_ten_events_has_a_mebibyte_that_the_request_escapes() {
    let served = serve("Transform: AWS::Serverless-2016-10-31\nResources: {}").await;
    let entry = |detail: &Value| json!({ "Source": "my.app", "DetailType": "Told", "Detail": detail.to_string() });
    let mut entries = vec![entry(&json!({})); 9];
    // Each quotation mark is two bytes of the detail, and four of the request.
    entries.push(entry(
        &json!({ "text": "\"".repeat(1024 * 1024 / 2 - 100) }),
    ));
    let entries = json!({ "Entries": entries });
    assert!(entries.to_string().len() > 2 * 1000 * 1000);
    let answer = served.call("AWSEvents.PutEvents", entries).await.unwrap();
    assert_eq!(answer["FailedEntryCount"], 0);
}
