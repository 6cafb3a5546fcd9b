//! What is refused.

use super::*;

/// Each request is refused with the code, and with this text in the message.
async fn refused(bench: &Bench, code: &str, operation: &str, requests: &[(Value, &str)]) {
    for (request, named) in requests {
        let refusal = bench.call(operation, request).await.unwrap_err();
        let message = &refusal.message;
        assert_eq!(refusal.code, code, "{operation} {request}: {message}");
        assert!(message.contains(named), "{operation} {request}: {message}");
    }
}

#[tokio::test]
async fn an_entity_that_is_not_there_is_refused_by_name() {
    let bench = story().await;
    let gone = arn("artifact/0123456789abcdef0123456789abcdef");
    let elsewhere = arn("context/e-aws-endpoint").replace(REGION, "eu-west-1");
    for (operation, request, named) in [
        ("DescribeArtifact", json!({ "ArtifactArn": gone }), &*gone),
        (
            "DescribeContext",
            json!({ "ContextName": elsewhere }),
            &elsewhere,
        ),
        (
            "DescribeContext",
            json!({ "ContextName": "c" }),
            "context/c",
        ),
        ("DescribeAction", json!({ "ActionName": "a" }), "action/a"),
        (
            "DescribeTrialComponent",
            json!({ "TrialComponentName": "t" }),
            "trial-component/t",
        ),
        ("ListAssociations", json!({ "SourceArn": gone }), &gone),
        ("ListAssociations", json!({ "DestinationArn": gone }), &gone),
        ("QueryLineage", json!({ "StartArns": [gone] }), &gone),
    ] {
        refused(&bench, "ResourceNotFound", operation, &[(request, named)]).await;
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_served_is_refused_by_name() {
    let bench = story().await;
    let start = endpoint_context(&bench).await;
    let query = |more: Value| {
        let mut request = json!({ "StartArns": [start] });
        extend(&mut request, more);
        request
    };
    let two = json!({ "StartArns": [start, start] });
    let six = json!({ "Filters": { "Types": ["1", "2", "3", "4", "5", "6"] } });
    let unknown = json!({ "Filters": { "LineageTypes": ["Trial"] } });
    let queries = [
        (json!({}), "StartArns"),
        (two, "startArns"),
        (query(json!({ "StartArns": ["e"] })), "startArns.1.member"),
        (query(json!({ "MaxDepth": 11 })), "maxDepth"),
        (query(json!({ "MaxResults": 51 })), "maxResults"),
        (query(json!({ "NextToken": "x" })), "NextToken"),
        (query(json!({ "Direction": "Up" })), "Up"),
        (query(six), "filters.types"),
        (query(unknown), "Trial"),
    ];
    let artifacts = [
        (json!({ "NextToken": "x" }), "NextToken"),
        (json!({ "SortBy": "Name" }), "sortBy"),
        (json!({ "SourceUri": "" }), "sourceUri"),
    ];
    let components = [
        (json!({ "TrialName": "t" }), "TrialName"),
        (json!({ "ExperimentName": "e" }), "ExperimentName"),
    ];
    let code = "ValidationException";
    refused(&bench, code, "QueryLineage", &queries).await;
    refused(&bench, code, "ListArtifacts", &artifacts).await;
    refused(&bench, code, "ListTrialComponents", &components).await;
    for write in [
        "CreateArtifact",
        "AddAssociation",
        "DeleteContext",
        "UpdateAction",
    ] {
        refused(&bench, code, write, &[(json!({}), write)]).await;
    }
}
