//! Records: what fits a group, and which is served.

use serde_json::{Value, json};

use super::{Bench, record, with};

#[tokio::test]
async fn the_newest_event_time_is_served_and_an_older_put_stays_hidden() {
    let bench = Bench::with_group().await;
    bench.put("1", "2026-01-02T08:00:00Z", "4").await;
    bench.put("1", "2026-01-01T08:00:00Z", "1").await;
    assert_eq!(bench.stars("1").await.as_deref(), Some("4"));
    bench.put("1", "2026-01-02T08:00:00.001Z", "5").await;
    assert_eq!(bench.stars("1").await.as_deref(), Some("5"));
    let members = json!({ "FeatureGroupName": "reviews", "RecordIdentifierValueAsString": "1" });
    let found = bench.runtime("GetRecord", members).await.unwrap();
    assert_eq!(
        found["Record"],
        record("1", "2026-01-02T08:00:00.001Z", "5")
    );
}

#[tokio::test]
async fn after_a_deletion_of_either_kind_an_older_record_is_not_served() {
    let bench = Bench::with_group().await;
    for (identifier, mode) in [("soft", "SoftDelete"), ("hard", "HardDelete")] {
        bench.put(identifier, "2026-01-02T08:00:00Z", "4").await;
        let delete = |at: &str| {
            json!({
                "FeatureGroupName": "reviews", "RecordIdentifierValueAsString": identifier,
                "EventTime": at, "DeletionMode": mode,
            })
        };
        let early = bench
            .runtime("DeleteRecord", delete("2026-01-01T08:00:00Z"))
            .await;
        assert_eq!(early.is_err(), mode == "HardDelete");
        assert_eq!(bench.stars(identifier).await.as_deref(), Some("4"));
        let at = delete("2026-01-03T08:00:00Z");
        bench.runtime("DeleteRecord", at).await.unwrap();
        assert_eq!(bench.stars(identifier).await, None);
        bench.put(identifier, "2026-01-02T09:00:00Z", "3").await;
        assert_eq!(bench.stars(identifier).await, None);
    }
    let list = async |members: Value| {
        let found = bench.runtime("ListRecords", members).await.unwrap();
        found["RecordIdentifiers"].clone()
    };
    let all = json!({ "FeatureGroupName": "reviews" });
    assert_eq!(list(all.clone()).await, json!([]));
    let with_deleted = with(all, "IncludeSoftDeletedRecords", json!(true));
    assert_eq!(list(with_deleted).await, json!(["soft"]));
    bench.put("hard", "2026-01-04T08:00:00Z", "2").await;
    assert_eq!(bench.stars("hard").await.as_deref(), Some("2"));
}

#[tokio::test]
async fn a_record_that_does_not_fit_is_refused_by_its_feature_and_not_by_its_value() {
    let bench = Bench::with_group().await;
    let date = "2026-01-01T08:00:00Z";
    let plus = |name: &str, value: &str| {
        let mut all = record("1", date, "5");
        all.as_array_mut()
            .unwrap()
            .push(json!({ "FeatureName": name, "ValueAsString": value }));
        all
    };
    let only = |values: &[usize]| {
        let all = record("1", date, "5");
        Value::Array(values.iter().map(|at| all[*at].clone()).collect())
    };
    for (record, expected) in [
        (
            plus("colour", "blue"),
            "The feature colour is not defined in the feature group reviews",
        ),
        (
            plus("score", "high"),
            "The value of the feature score is not of its type Fractional",
        ),
        (
            record("1", date, "5.0"),
            "The value of the feature stars is not of its type Integral",
        ),
        (plus("stars", "4"), "The feature stars is given twice"),
        (
            only(&[1, 2]),
            "The record has no value of the feature review_id",
        ),
        (only(&[0, 2]), "The record has no value of the feature date"),
        (
            record("1", "yesterday", "5"),
            "The value of the event time feature date is not yyyy-MM-dd'T'HH:mm:ssZ",
        ),
    ] {
        let members = json!({ "FeatureGroupName": "reviews", "Record": record });
        let refused = bench.runtime("PutRecord", members).await.unwrap_err();
        let told = format!("{} {refused}", refused.status);
        let expected = format!("400 ValidationError: Validation Error: {expected}");
        assert!(told.starts_with(&expected), "{told}\n{expected}");
    }
    let other = json!({ "FeatureGroupName": "other", "Record": record("1", date, "5") });
    let refused = bench.runtime("PutRecord", other).await.unwrap_err();
    assert_eq!(
        (refused.status, refused.code.as_str()),
        (404, "ResourceNotFound")
    );
    let lists = json!([{ "FeatureName": "stars", "ValueAsStringList": ["5"] }]);
    let lists = json!({ "FeatureGroupName": "reviews", "Record": lists });
    let refused = bench.runtime("PutRecord", lists).await.unwrap_err();
    assert!(refused.message.contains("ValueAsStringList"));
    assert_eq!(bench.stars("1").await, None);
}

#[tokio::test]
async fn a_batch_writes_what_fits_and_answers_the_rest_with_its_error() {
    let bench = Bench::with_group().await;
    let entry = |group: &str, stars: &str| json!({ "FeatureGroupName": group, "Record": record(stars, "2026-01-01T08:00:00Z", stars) });
    let entries = [
        entry("reviews", "5"),
        entry("reviews", "five"),
        entry("other", "4"),
        entry("reviews", "3"),
    ];
    let told = bench
        .runtime("BatchWriteRecord", json!({ "Entries": entries }))
        .await
        .unwrap();
    assert_eq!(told["UnprocessedEntries"], json!([]));
    let errors = told["Errors"].as_array().unwrap();
    let codes: Vec<&Value> = errors.iter().map(|error| &error["ErrorCode"]).collect();
    assert_eq!(codes, ["ValidationError", "ResourceNotFound"]);
    assert_eq!(errors[0]["Entry"], entries[1]);
    let many: Vec<Value> = (0..26).map(|_| entry("reviews", "1")).collect();
    let refused = bench
        .runtime("BatchWriteRecord", json!({ "Entries": many }))
        .await
        .unwrap_err();
    assert!(
        refused.message.contains("less than or equal to 25"),
        "{refused}"
    );

    let identifiers = json!([
        { "FeatureGroupName": "reviews", "RecordIdentifiersValueAsString": ["5", "3", "9"], "FeatureNames": ["stars"] },
        { "FeatureGroupName": "other", "RecordIdentifiersValueAsString": ["5"] },
    ]);
    let found = bench
        .runtime("BatchGetRecord", json!({ "Identifiers": identifiers }))
        .await
        .unwrap();
    let records = json!([
        { "FeatureGroupName": "reviews", "RecordIdentifierValueAsString": "5", "Record": [{ "FeatureName": "stars", "ValueAsString": "5" }] },
        { "FeatureGroupName": "reviews", "RecordIdentifierValueAsString": "3", "Record": [{ "FeatureName": "stars", "ValueAsString": "3" }] },
    ]);
    assert_eq!(found["Records"], records);
    assert_eq!(found["Errors"][0]["ErrorCode"], "ResourceNotFound");
}

#[tokio::test]
async fn a_store_or_a_mode_that_aws_does_not_have_is_refused_in_its_words() {
    let bench = Bench::with_group().await;
    let stores = "OnlineStore, OfflineStore";
    for (operation, members, at, allowed) in [
        (
            "PutRecord",
            json!({ "TargetStores": ["Bogus"] }),
            "targetStores.1.member",
            stores,
        ),
        (
            "BatchWriteRecord",
            json!({ "Entries": [{ "TargetStores": ["OnlineStore", "Bogus"] }] }),
            "entries.1.member.targetStores.2.member",
            stores,
        ),
        // As it comes from a query.
        (
            "DeleteRecord",
            json!({ "TargetStores": "Bogus" }),
            "targetStores.1.member",
            stores,
        ),
        (
            "DeleteRecord",
            json!({ "DeletionMode": "Bogus" }),
            "deletionMode",
            "SoftDelete, HardDelete",
        ),
    ] {
        let refused = bench.runtime(operation, members).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!(
                "ValidationError: 1 validation error detected: Value 'Bogus' at '{at}' failed to satisfy constraint: \
                 Member must satisfy enum value set: [{allowed}]"
            )
        );
    }
}

#[tokio::test]
async fn a_store_that_the_group_has_not_is_no_target() {
    let bench = Bench::with_group().await;
    let mut online = with(super::reviews(), "FeatureGroupName", json!("online"));
    online.as_object_mut().unwrap().remove("OfflineStoreConfig");
    let mut offline = with(super::reviews(), "FeatureGroupName", json!("offline"));
    offline.as_object_mut().unwrap().remove("OnlineStoreConfig");
    for members in [online, offline] {
        bench.call("CreateFeatureGroup", members).await.unwrap();
    }
    let put = |group: &str, store: &str| {
        json!({
            "FeatureGroupName": group, "TargetStores": [store],
            "Record": record("1", "2026-01-01T08:00:00Z", "5"),
        })
    };
    for (group, store, other) in [
        ("online", "OnlineStore", "OfflineStore"),
        ("offline", "OfflineStore", "OnlineStore"),
    ] {
        bench.until(group, "Created").await;
        bench.runtime("PutRecord", put(group, store)).await.unwrap();
        let refused = bench
            .runtime("PutRecord", put(group, other))
            .await
            .unwrap_err();
        assert!(
            refused.message.contains(&format!("{group} has no {other}")),
            "{refused}"
        );
    }
    let members = json!({ "FeatureGroupName": "offline", "RecordIdentifierValueAsString": "1" });
    let refused = bench.runtime("GetRecord", members).await.unwrap_err();
    assert!(refused.message.contains("offline has no online store"));
    // Offline alone, it is not served.
    bench
        .runtime("PutRecord", put("reviews", "OfflineStore"))
        .await
        .unwrap();
    assert_eq!(bench.stars("1").await, None);
}
