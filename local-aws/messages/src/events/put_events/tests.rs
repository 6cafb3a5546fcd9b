use serde_json::json;

use super::super::BUS_CONTROLLER;
use super::super::rule::{Rule, RuleState};
use super::*;
use crate::testing::{REGION, cloud, received};
use local_core::driver::drive;
use local_core::{ACCOUNT, Principal};

#[tokio::test]
async fn an_event_of_an_old_time_is_delivered_under_the_id_that_was_answered() {
    let (cloud, _folder) = cloud();
    let target = json!({
        "Id": "1", "Arn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"),
        "RetryPolicy": { "MaximumEventAgeInSeconds": 60 },
    });
    let rule = Rule {
        arn: format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/r"),
        state: RuleState::Enabled,
        event_pattern: json!({ "source": ["my.app"] }).to_string(),
        description: None,
        targets: vec![serde_json::from_value(target).unwrap()],
    };
    cloud.store.update(|tx| rule.store(tx, REGION, "r"));
    let call = Call {
        cloud: cloud.clone(),
        region: REGION.to_owned(),
        principal: Principal::user(),
        request_id: "request".to_owned(),
    };
    // Of the year 2001.
    let entries = json!({ "Entries": [{
        "Source": "my.app", "DetailType": "Told", "Detail": "{}", "Time": 1_000_000_000,
    }]});
    let answer = put_events(call, serde_json::from_value(entries).unwrap()).await;
    let answered = answer.unwrap().entries.remove(0).event_id;

    let driver = tokio::spawn(drive(cloud.clone(), BUS_CONTROLLER));
    let mut changes = cloud.store.changes();
    while cloud.store.read(|tx| tx.has_pending_events()) {
        changes.changed().await;
    }
    driver.abort();
    let events = received(&cloud);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["id"].as_str(), answered.as_deref());
    assert_eq!(events[0]["time"], "2001-09-09T01:46:40Z");
}
