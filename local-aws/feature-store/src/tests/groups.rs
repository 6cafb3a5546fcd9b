//! A group's life, its catalogue and its lists.

use local_core::wire::apis;
use serde_json::{Value, json};

use super::{Bench, reviews, with};

#[tokio::test]
async fn a_group_is_created_with_its_table_and_says_so_in_events() {
    let bench = Bench::with_group().await;
    let group = bench.describe("reviews").await.unwrap();
    let epoch = group["CreationTime"].as_f64().unwrap().floor();
    let offline = &group["OfflineStoreConfig"];
    let location = format!(
        "s3://features/store/123456789012/sagemaker/us-east-1/offline-store/reviews-{epoch}/data"
    );
    assert_eq!(offline["S3StorageConfig"]["ResolvedOutputS3Uri"], location);
    let catalog = &offline["DataCatalogConfig"];
    assert_eq!(catalog["Database"], "sagemaker_featurestore");
    assert_eq!(catalog["TableName"], format!("reviews_{epoch}"));
    assert_eq!(group["OfflineStoreStatus"], json!({ "Status": "Active" }));
    assert_eq!(group["FeatureDefinitions"], reviews()["FeatureDefinitions"]);

    let named = json!({ "DatabaseName": catalog["Database"], "Name": catalog["TableName"] });
    let table = bench.of(apis::GLUE, "GetTable", named).await.unwrap();
    let storage = &table["Table"]["StorageDescriptor"];
    assert_eq!(storage["Location"], location);
    let columns = storage["Columns"].as_array().unwrap().iter();
    let columns: Vec<String> = columns
        .map(|column| format!("{} {}", column["Name"], column["Type"]).replace('"', ""))
        .collect();
    let expected = [
        "review_id string",
        "date string",
        "stars bigint",
        "score double",
        "write_time timestamp",
        "api_invocation_time timestamp",
        "is_deleted boolean",
    ];
    assert_eq!(columns, expected);

    let told = bench.told();
    let statuses: Vec<&Value> = told
        .iter()
        .map(|detail| &detail["FeatureGroupStatus"])
        .collect();
    assert_eq!(statuses, ["Creating", "Created"]);
    assert_eq!(told[1]["Tags"], json!({ "team": "reviews" }));
    assert!(told[1]["CreationTime"].is_i64());
}

#[tokio::test]
async fn what_a_group_cannot_be_is_refused_by_name() {
    let bench = Bench::with_group().await;
    let feature = |name: &str, kind: &str| json!({ "FeatureName": name, "FeatureType": kind });
    let definitions = |more: Value| {
        let mut all = reviews()["FeatureDefinitions"].take();
        all.as_array_mut().unwrap().push(more);
        with(reviews(), "FeatureDefinitions", all)
    };
    let mut no_role = reviews();
    no_role.as_object_mut().unwrap().remove("RoleArn");
    for (members, expected) in [
        (
            reviews(),
            "ResourceInUse: Resource Already Exists: FeatureGroup with name reviews",
        ),
        (
            with(reviews(), "EventTimeFeatureName", json!("when")),
            "ValidationException: Validation Error: EventTimeFeatureName when is not",
        ),
        (
            with(reviews(), "EventTimeFeatureName", json!("stars")),
            "ValidationException: Validation Error: The event time feature stars must be",
        ),
        (
            definitions(feature("is_deleted", "String")),
            "ValidationException: Validation Error: The feature name is_deleted is reserved",
        ),
        (
            definitions(feature("Stars", "String")),
            "ValidationException: Validation Error: The feature Stars is defined twice",
        ),
        (
            definitions(feature("day", "Date")),
            "ValidationException: 1 validation error detected: Value 'Date' at 'featureDefinitions.5.member.featureType'",
        ),
        (
            definitions(with(
                feature("ids", "Integral"),
                "CollectionType",
                json!("List"),
            )),
            "ValidationException: local-aws does not honour the parameter CollectionType",
        ),
        (
            no_role,
            "ValidationException: Validation Error: RoleArn is required",
        ),
        (
            with(reviews(), "FeatureGroupName", json!("a b")),
            "ValidationException: 1 validation error",
        ),
        (
            with(reviews(), "ThroughputConfig", json!({})),
            "ValidationException: local-aws does not honour the parameter ThroughputConfig",
        ),
    ] {
        let refused = bench.call("CreateFeatureGroup", members).await.unwrap_err();
        let refused = refused.to_string();
        assert!(refused.starts_with(expected), "{refused}\n{expected}");
    }
    let missing = bench.describe("other").await.unwrap_err().to_string();
    assert_eq!(
        missing,
        "ResourceNotFound: Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name other"
    );
}

#[tokio::test]
async fn a_group_whose_bucket_is_missing_fails_and_can_be_deleted() {
    let mut bench = Bench::new();
    bench.drive();
    let elsewhere = json!({ "S3StorageConfig": { "S3Uri": "s3://nowhere" } });
    let members = with(reviews(), "OfflineStoreConfig", elsewhere);
    bench.call("CreateFeatureGroup", members).await.unwrap();
    bench.until("reviews", "CreateFailed").await;
    let group = bench.describe("reviews").await.unwrap();
    assert_eq!(group["FailureReason"], "The bucket nowhere does not exist");
    let name = json!({ "FeatureGroupName": "reviews" });
    bench.call("DeleteFeatureGroup", name).await.unwrap();
    bench.until("reviews", "gone").await;
}

#[tokio::test]
async fn features_are_added_to_the_group_and_its_table_and_nothing_else_changes() {
    let bench = Bench::with_group().await;
    let additions =
        |features: Value| json!({ "FeatureGroupName": "reviews", "FeatureAdditions": features });
    let added = additions(json!([{ "FeatureName": "title", "FeatureType": "String" }]));
    bench
        .call("UpdateFeatureGroup", added.clone())
        .await
        .unwrap();
    let group = bench.describe("reviews").await.unwrap();
    assert_eq!(group["FeatureDefinitions"][4]["FeatureName"], "title");
    assert_eq!(group["LastUpdateStatus"], json!({ "Status": "Successful" }));
    let catalog = &group["OfflineStoreConfig"]["DataCatalogConfig"];
    let named = json!({ "DatabaseName": catalog["Database"], "Name": catalog["TableName"] });
    let table = bench.of(apis::GLUE, "GetTable", named).await.unwrap();
    let columns = &table["Table"]["StorageDescriptor"]["Columns"];
    assert_eq!(columns[4], json!({ "Name": "title", "Type": "string" }));

    let twice = bench.call("UpdateFeatureGroup", added).await.unwrap_err();
    assert!(twice.message.contains("title is defined twice"));
    for other in ["OnlineStoreConfig", "ThroughputConfig", "Description"] {
        let members = with(
            additions(json!([{ "FeatureName": "more", "FeatureType": "String" }])),
            other,
            json!({}),
        );
        let refused = bench.call("UpdateFeatureGroup", members).await.unwrap_err();
        assert!(refused.message.contains(other), "{refused}");
    }
}

#[tokio::test]
async fn groups_are_listed_by_name_and_status_in_pages() {
    let bench = Bench::with_group().await;
    let online = |name: &str| {
        let mut members = with(reviews(), "FeatureGroupName", json!(name));
        members
            .as_object_mut()
            .unwrap()
            .remove("OfflineStoreConfig");
        members
    };
    for name in ["stars-b", "stars-a"] {
        bench
            .call("CreateFeatureGroup", online(name))
            .await
            .unwrap();
        bench.until(name, "Created").await;
    }
    let list = async |members: Value| {
        let found = bench.call("ListFeatureGroups", members).await.unwrap();
        let names = found["FeatureGroupSummaries"].as_array().unwrap().iter();
        let names: Vec<String> = names
            .map(|one| one["FeatureGroupName"].as_str().unwrap().to_owned())
            .collect();
        (names, found["NextToken"].clone())
    };
    let stars = json!({ "NameContains": "stars", "SortBy": "Name", "MaxResults": 1 });
    let (first, token) = list(stars.clone()).await;
    let (second, end) = list(with(stars, "NextToken", token)).await;
    assert_eq!(
        (first, second, end),
        (
            vec!["stars-a".to_owned()],
            vec!["stars-b".to_owned()],
            Value::Null
        )
    );
    let (newest, _) = list(json!({ "SortOrder": "Descending" })).await;
    assert_eq!(newest, ["stars-a", "stars-b", "reviews"]);
    let (active, _) = list(json!({ "OfflineStoreStatusEquals": "Active" })).await;
    assert_eq!(active, ["reviews"]);
    let (deleting, _) = list(json!({ "FeatureGroupStatusEquals": "Deleting" })).await;
    assert!(deleting.is_empty());
}

#[tokio::test]
async fn a_deleted_group_answers_nothing_and_its_table_stays() {
    let bench = Bench::with_group().await;
    bench.put("1", "2026-01-01T08:00:00Z", "5").await;
    let catalog =
        bench.describe("reviews").await.unwrap()["OfflineStoreConfig"]["DataCatalogConfig"].take();
    let name = json!({ "FeatureGroupName": "reviews" });
    bench.call("DeleteFeatureGroup", name).await.unwrap();
    bench.until("reviews", "gone").await;
    let named = json!({ "DatabaseName": catalog["Database"], "Name": catalog["TableName"] });
    bench.of(apis::GLUE, "GetTable", named).await.unwrap();
    // Its rows did not wait for their time.
    let objects = local_s3::list_prefix(&bench.cloud, super::BUCKET, "store/").unwrap();
    assert_eq!(objects.len(), 1);

    bench.cloud.world.advance(1);
    bench.call("CreateFeatureGroup", reviews()).await.unwrap();
    bench.until("reviews", "Created").await;
    assert_eq!(bench.stars("1").await, None);
}
