//! QueryLineage, and the pages of all.

use super::*;

/// The ARNs that a query finds.
async fn found(bench: &Bench, query: Value) -> BTreeSet<String> {
    let answer = call(bench, "QueryLineage", &query).await;
    let vertices = answer["Vertices"].as_array().unwrap().iter();
    let vertices = vertices.map(|vertex| vertex["Arn"].as_str().unwrap().to_owned());
    vertices.collect()
}

#[tokio::test]
async fn an_endpoint_leads_up_to_its_data_and_the_data_down_to_the_endpoint() {
    let bench = story().await;
    let context = endpoint_context(&bench).await;
    let up = |filters: Value| json!({ "StartArns": [context], "Direction": "Ascendants", "Filters": filters });
    let data = json!({ "LineageTypes": ["Artifact"], "Types": ["DataSet"] });
    let (raw, prepared) = (artifact(&bench, RAW).await, artifact(&bench, ROWS).await);
    let expected = BTreeSet::from([raw.clone(), prepared.clone()]);
    assert_eq!(found(&bench, up(data.clone())).await, expected);
    let jobs = json!({ "Types": ["TrainingJob"] });
    let expected = BTreeSet::from([component("train-aws-training-job")]);
    assert_eq!(found(&bench, up(jobs)).await, expected);
    let none = json!({ "Types": ["TrainingJob"], "CreatedBefore": 1 });
    assert!(found(&bench, up(none)).await.is_empty());

    let endpoints = json!({ "LineageTypes": ["Context"], "Types": ["Endpoint"] });
    let down = json!({ "StartArns": [raw], "Direction": "Descendants", "Filters": endpoints });
    assert_eq!(found(&bench, down).await, BTreeSet::from([context.clone()]));
    let near = json!({ "StartArns": [raw], "Direction": "Descendants", "MaxDepth": 2 });
    let expected = BTreeSet::from([component("prepare-aws-processing-job"), prepared]);
    assert_eq!(found(&bench, near).await, expected);
    // The image of the first job trains, too: both ways lead on from whatever is reached.
    let all = json!({ "StartArns": [raw], "Direction": "Both" });
    assert!(
        found(&bench, all)
            .await
            .contains(&artifact(&bench, IMAGE).await)
    );
}

#[tokio::test]
async fn edges_are_those_on_the_way_to_what_is_wanted() {
    let bench = story().await;
    let (raw, rows) = (artifact(&bench, RAW).await, artifact(&bench, ROWS).await);
    let query = json!({
        "StartArns": [raw], "Direction": "Descendants", "IncludeEdges": true,
        "Filters": { "Types": ["TrainingJob"] },
    });
    let answer = call(&bench, "QueryLineage", &query).await;
    let way = [
        raw,
        component("prepare-aws-processing-job"),
        rows,
        component("train-aws-training-job"),
    ];
    let vertices = answer["Vertices"].as_array().unwrap().iter();
    let vertices: Vec<_> = vertices.map(|it| it["Arn"].as_str().unwrap()).collect();
    assert_eq!(vertices, way);
    let edges = answer["Edges"].as_array().unwrap().iter();
    let edges = edges.map(|edge| (edge["SourceArn"].as_str(), edge["DestinationArn"].as_str()));
    let expected = way.windows(2);
    let expected = expected.map(|two| (Some(two[0].as_str()), Some(two[1].as_str())));
    let edges: BTreeSet<_> = edges.collect();
    assert_eq!(edges, expected.collect());
}

/// What pages of one hold together, in their order.
async fn in_pages(bench: &Bench, operation: &str, request: &Value, member: &str) -> Vec<Value> {
    let mut request = request.clone();
    request["MaxResults"] = 1.into();
    let mut all = Vec::new();
    loop {
        let page = call(bench, operation, &request).await;
        let items = page[member].as_array().unwrap();
        all.extend(items.iter().cloned());
        match page.get("NextToken") {
            Some(token) => request["NextToken"] = token.clone(),
            None => return all,
        }
    }
}

#[tokio::test]
async fn pages_hold_together_what_one_answer_holds() {
    let bench = story().await;
    let context = endpoint_context(&bench).await;
    let up = json!({ "StartArns": [context], "Direction": "Ascendants", "IncludeEdges": true });
    let by_type = json!({ "SortBy": "SourceType", "SortOrder": "Ascending" });
    for (operation, request, member) in [
        ("ListArtifacts", json!({}), "ArtifactSummaries"),
        ("ListTrialComponents", json!({}), "TrialComponentSummaries"),
        ("ListAssociations", by_type, "AssociationSummaries"),
        ("QueryLineage", up.clone(), "Vertices"),
    ] {
        let mut whole = request.clone();
        whole["MaxResults"] = 50.into();
        let whole = call(&bench, operation, &whole).await;
        let whole = whole[member].as_array().unwrap();
        assert!(whole.len() > 1, "{operation}");
        let pages = in_pages(&bench, operation, &request, member).await;
        assert_eq!(&pages, whole, "{operation}");
    }
    let texts = |edges: &[Value]| edges.iter().map(Value::to_string).collect::<BTreeSet<_>>();
    let whole = call(&bench, "QueryLineage", &up).await;
    let edges = in_pages(&bench, "QueryLineage", &up, "Edges").await;
    assert_eq!(texts(&edges), texts(whole["Edges"].as_array().unwrap()));
    assert_eq!(edges.len(), texts(&edges).len());
}

#[tokio::test]
async fn filters_are_on_properties_and_times_too() {
    let bench = story().await;
    let start = artifact(&bench, &package()).await;
    let with = |filters: Value| json!({ "StartArns": [start], "Direction": "Descendants", "Filters": filters });
    let execution = json!({ "PipelineExecutionArn": "an execution", "Other": "value" });
    let group = BTreeSet::from([arn("context/group-aws-model-group")]);
    let execution = with(json!({ "Properties": execution }));
    assert_eq!(found(&bench, execution).await, group);
    for (filter, none) in [
        ("CreatedBefore", 1),
        ("ModifiedBefore", 1),
        ("CreatedAfter", i32::MAX),
        ("ModifiedAfter", i32::MAX),
    ] {
        let nothing = with(json!({ filter: none }));
        assert!(found(&bench, nothing).await.is_empty(), "{filter}");
    }
    for (filter, time, count) in [
        ("CreatedBefore", 1, 0),
        ("CreatedAfter", 1, 2),
        ("CreatedAfter", i32::MAX, 0),
    ] {
        let listed = call(&bench, "ListContexts", &json!({ filter: time })).await;
        let contexts = listed["ContextSummaries"].as_array().unwrap();
        assert_eq!(contexts.len(), count, "{filter} {time}");
    }
}
