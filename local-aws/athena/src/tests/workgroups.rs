//! Workgroups.

use serde_json::json;

use super::{Bench, statement};

#[tokio::test]
async fn the_account_has_its_primary_workgroup_and_keeps_it() {
    let bench = Bench::new(None);
    let named = json!({ "WorkGroup": "primary" });
    let primary = bench.call("GetWorkGroup", named.clone()).await.unwrap()["WorkGroup"].take();
    assert_eq!(primary["State"], "ENABLED");
    assert_eq!(
        primary["Configuration"]["EnforceWorkGroupConfiguration"],
        false
    );
    assert_eq!(primary["Configuration"]["ResultConfiguration"], json!({}));
    let refused = bench.refused("DeleteWorkGroup", named).await;
    assert_eq!(
        refused,
        "InvalidRequestException: Primary WorkGroup can not be deleted"
    );
    let updated = json!({ "WorkGroup": "primary", "ConfigurationUpdates": {
        "ResultConfigurationUpdates": { "OutputLocation": "s3://results/primary/" },
    }});
    bench.call("UpdateWorkGroup", updated).await.unwrap();
    let listed = bench.call("ListWorkGroups", json!({})).await.unwrap();
    assert_eq!(listed["WorkGroups"].as_array().unwrap().len(), 1);
    let started = bench
        .call(
            "StartQueryExecution",
            json!({ "QueryString": "SHOW TABLES" }),
        )
        .await
        .unwrap();
    let id = started["QueryExecutionId"].as_str().unwrap();
    let output = &bench.execution(id).await["ResultConfiguration"]["OutputLocation"];
    assert_eq!(*output, format!("s3://results/primary/{id}.txt"));
}

#[tokio::test]
async fn an_enforced_location_wins_over_the_requests_and_a_disabled_group_takes_nothing() {
    let bench = Bench::new(None);
    let created = json!({ "Name": "room", "Description": "the data room", "Configuration": {
        "ResultConfiguration": { "OutputLocation": "s3://results/room/", "EncryptionConfiguration": { "EncryptionOption": "SSE_S3" } },
        "BytesScannedCutoffPerQuery": 10_000_000,
    }});
    bench
        .call("CreateWorkGroup", created.clone())
        .await
        .unwrap();
    let twice = bench.refused("CreateWorkGroup", created).await;
    assert_eq!(
        twice,
        "InvalidRequestException: WorkGroup is already created"
    );
    let mut asked = statement("SELECT 1");
    asked["WorkGroup"] = "room".into();
    let output = async |asked: &serde_json::Value| {
        let started = bench
            .call("StartQueryExecution", asked.clone())
            .await
            .unwrap();
        let execution = bench
            .execution(started["QueryExecutionId"].as_str().unwrap())
            .await;
        execution["ResultConfiguration"]["OutputLocation"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(output(&asked).await.starts_with("s3://results/room/"));
    let open = json!({ "WorkGroup": "room", "ConfigurationUpdates": {
        "EnforceWorkGroupConfiguration": false, "RemoveBytesScannedCutoffPerQuery": true,
    }});
    bench.call("UpdateWorkGroup", open).await.unwrap();
    assert!(output(&asked).await.starts_with("s3://results/athena/"));
    let named = json!({ "WorkGroup": "room" });
    let group = bench.call("GetWorkGroup", named.clone()).await.unwrap()["WorkGroup"].take();
    assert_eq!(group["Description"], "the data room");
    assert_eq!(
        group["Configuration"]["BytesScannedCutoffPerQuery"],
        json!(null)
    );
    let disabled = json!({ "WorkGroup": "room", "State": "DISABLED" });
    bench.call("UpdateWorkGroup", disabled).await.unwrap();
    let refused = bench.refused("StartQueryExecution", asked).await;
    assert_eq!(
        refused,
        "InvalidRequestException: WorkGroup room is disabled."
    );

    let refused = bench.refused("DeleteWorkGroup", named).await;
    assert_eq!(
        refused,
        "InvalidRequestException: WorkGroup room is not empty"
    );
    let recursive = json!({ "WorkGroup": "room", "RecursiveDeleteOption": true });
    bench.call("DeleteWorkGroup", recursive).await.unwrap();
    let gone = bench
        .refused("GetWorkGroup", json!({ "WorkGroup": "room" }))
        .await;
    assert_eq!(
        gone,
        "InvalidRequestException: WorkGroup room is not found."
    );
}

#[tokio::test]
async fn what_a_workgroup_cannot_have_here_is_refused_by_name() {
    let bench = Bench::new(None);
    for (configuration, expected) in [
        (
            json!({ "ExecutionRole": "arn:aws:iam::123456789012:role/a" }),
            "ExecutionRole",
        ),
        (
            json!({ "EngineVersion": { "SelectedEngineVersion": "PySpark engine version 3" } }),
            "PySpark engine version 3",
        ),
        (
            json!({ "BytesScannedCutoffPerQuery": 1 }),
            "greater than or equal to 10000000",
        ),
        (
            json!({ "ResultConfiguration": { "EncryptionConfiguration": { "EncryptionOption": "CSE_KMS" } } }),
            "CSE_KMS",
        ),
    ] {
        let members = json!({ "Name": "room", "Configuration": configuration });
        let refused = bench.refused("CreateWorkGroup", members).await;
        assert!(refused.contains(expected), "{refused}");
    }
}
