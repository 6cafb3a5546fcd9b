//! The catalogue by its operations.

use std::sync::Arc;

use local_core::wire::{AwsError, Table, apis, constraints, table};
use local_core::{Cloud, DEFAULT_REGION, Principal, Settings};
use serde_json::{Value, json};
use tempfile::TempDir;

struct Bench {
    cloud: Arc<Cloud>,
    _folder: TempDir,
}

impl Bench {
    /// With the database `reviews` and its table `parts`, partitioned by department and rating.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
        let part = crate::part();
        constraints::set(&cloud, part.constraints);
        Table::new(part.operations).set(&cloud);
        let bench = Self {
            cloud,
            _folder: folder,
        };
        let database = json!({ "DatabaseInput": { "Name": "Reviews" } });
        bench.call("CreateDatabase", database).await.unwrap();
        bench.call("CreateTable", parts()).await.unwrap();
        bench
    }

    async fn call(&self, operation: &str, members: Value) -> Result<Value, AwsError> {
        let caller = (DEFAULT_REGION, Principal::user());
        table::call(&self.cloud, apis::GLUE, operation, caller, &members).await
    }

    async fn refused(&self, operation: &str, members: Value) -> String {
        self.call(operation, members).await.unwrap_err().to_string()
    }

    async fn add(&self, values: Value) -> Value {
        let inputs: Vec<Value> = values.as_array().unwrap().iter().map(partition).collect();
        let members = json!({
            "DatabaseName": "reviews", "TableName": "parts", "PartitionInputList": inputs,
        });
        self.call("BatchCreatePartition", members).await.unwrap()
    }

    async fn partitions(&self, mut members: Value) -> Value {
        members["DatabaseName"] = "reviews".into();
        members["TableName"] = "parts".into();
        self.call("GetPartitions", members).await.unwrap()
    }
}

fn parts() -> Value {
    json!({ "DatabaseName": "reviews", "TableInput": {
        "Name": "Parts",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": { "classification": "csv" },
        "StorageDescriptor": {
            "Columns": [{ "Name": "text", "Type": "string", "Comment": "as written" }],
            "Location": "s3://data/parts/",
            "SerdeInfo": { "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe" },
        },
        "PartitionKeys": [{ "Name": "department", "Type": "string" }, { "Name": "rating", "Type": "int" }],
    }})
}

fn partition(values: &Value) -> Value {
    json!({ "Values": values, "StorageDescriptor": {
        "Columns": [{ "Name": "text", "Type": "string" }], "Location": "s3://data/parts/x/",
    }})
}

#[tokio::test]
async fn a_table_answers_what_it_was_made_of_under_a_name_in_lower_case() {
    let bench = Bench::new().await;
    let named = json!({ "DatabaseName": "REVIEWS", "Name": "PARTS" });
    let table = bench.call("GetTable", named).await.unwrap()["Table"].take();
    assert_eq!(table["Name"], "parts");
    assert_eq!(table["DatabaseName"], "reviews");
    let given = parts()["TableInput"].take();
    for member in [
        "StorageDescriptor",
        "PartitionKeys",
        "Parameters",
        "TableType",
    ] {
        assert_eq!(table[member], given[member], "{member}");
    }
    assert!(table["CreateTime"].is_f64());
    let mut changed = parts();
    changed["TableInput"]["Description"] = "changed".into();
    changed["SkipArchive"] = true.into();
    bench.call("UpdateTable", changed).await.unwrap();
    let tables = json!({ "DatabaseName": "reviews", "Expression": "p*" });
    let tables = bench.call("GetTables", tables).await.unwrap();
    assert_eq!(tables["TableList"][0]["Description"], "changed");
    assert_eq!(tables["TableList"][0]["VersionId"], "1");
    let none = json!({ "DatabaseName": "reviews", "Expression": "q*" });
    assert_eq!(
        bench.call("GetTables", none).await.unwrap()["TableList"],
        json!([])
    );
}

#[tokio::test]
async fn what_is_missing_or_there_already_is_refused_as_glue_refuses_it() {
    let bench = Bench::new().await;
    let database = json!({ "DatabaseInput": { "Name": "reviews" } });
    for (operation, members, expected) in [
        (
            "CreateDatabase",
            database,
            "AlreadyExistsException: Database already exists.",
        ),
        (
            "CreateTable",
            parts(),
            "AlreadyExistsException: Table already exists.",
        ),
        (
            "GetDatabase",
            json!({ "Name": "other" }),
            "EntityNotFoundException: Database other not found.",
        ),
        (
            "GetTable",
            json!({ "DatabaseName": "reviews", "Name": "other" }),
            "EntityNotFoundException: Table other not found.",
        ),
        (
            "DeleteTable",
            json!({ "DatabaseName": "reviews", "Name": "other" }),
            "EntityNotFoundException: Table other not found.",
        ),
        (
            "GetTables",
            json!({ "DatabaseName": "other" }),
            "EntityNotFoundException: Database other not found.",
        ),
        (
            "GetPartition",
            json!({ "DatabaseName": "reviews", "TableName": "parts", "PartitionValues": ["a", "1"] }),
            "EntityNotFoundException: Cannot find partition.",
        ),
        (
            "CreatePartition",
            json!({ "DatabaseName": "reviews", "TableName": "parts", "PartitionInput": { "Values": ["a"] } }),
            "InvalidInputException: The number of partition keys do not match the number of partition values",
        ),
        (
            "GetDatabases",
            json!({ "MaxResults": 101 }),
            "InvalidInputException: 1 validation error",
        ),
        (
            "GetDatabase",
            json!({ "Name": "reviews", "CatalogId": "999999999999" }),
            "ValidationException: local-aws has the catalogue",
        ),
    ] {
        let refused = bench.refused(operation, members).await;
        assert!(refused.starts_with(expected), "{operation}: {refused}");
    }
}

#[tokio::test]
async fn partitions_are_filtered_and_come_in_pages_and_segments() {
    let bench = Bench::new().await;
    let values = json!([["Fine gauge", "1"], ["Fine gauge", "5"], ["Knits", "3"]]);
    assert_eq!(bench.add(values).await, json!({ "Errors": [] }));
    let again = bench.add(json!([["Knits", "3"], ["Knits", "4"]])).await;
    let error = &again["Errors"][0];
    assert_eq!(error["PartitionValues"], json!(["Knits", "3"]));
    assert_eq!(error["ErrorDetail"]["ErrorCode"], "AlreadyExistsException");

    let filter = json!({ "Expression": "department = 'Fine gauge' AND rating > 1", "ExcludeColumnSchema": true });
    let filtered = bench.partitions(filter).await["Partitions"].take();
    assert_eq!(filtered.as_array().unwrap().len(), 1);
    assert_eq!(filtered[0]["Values"], json!(["Fine gauge", "5"]));
    assert_eq!(
        filtered[0]["StorageDescriptor"],
        json!({ "Location": "s3://data/parts/x/" })
    );

    let (mut seen, mut token) = (0, Value::Null);
    loop {
        let page = bench
            .partitions(json!({ "MaxResults": 3, "NextToken": token }))
            .await;
        seen += page["Partitions"].as_array().unwrap().len();
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, 4);
    let mut in_segments = 0;
    for number in 0..3 {
        let segment = json!({ "Segment": { "SegmentNumber": number, "TotalSegments": 3 } });
        in_segments += bench.partitions(segment).await["Partitions"]
            .as_array()
            .unwrap()
            .len();
    }
    assert_eq!(in_segments, 4);

    let deleted = json!({
        "DatabaseName": "reviews", "TableName": "parts",
        "PartitionsToDelete": [{ "Values": ["Knits", "3"] }, { "Values": ["Knits", "9"] }],
    });
    let errors = bench.call("BatchDeletePartition", deleted).await.unwrap();
    assert_eq!(
        errors["Errors"][0]["PartitionValues"],
        json!(["Knits", "9"])
    );
    assert_eq!(
        bench.partitions(json!({})).await["Partitions"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[tokio::test]
async fn a_database_is_deleted_with_its_tables_and_their_partitions() {
    let bench = Bench::new().await;
    bench.add(json!([["Knits", "3"]])).await;
    bench
        .call("DeleteDatabase", json!({ "Name": "Reviews" }))
        .await
        .unwrap();
    let database = json!({ "DatabaseInput": { "Name": "reviews", "Parameters": { "a": "b" } } });
    bench.call("CreateDatabase", database).await.unwrap();
    let tables = bench
        .call("GetTables", json!({ "DatabaseName": "reviews" }))
        .await
        .unwrap();
    assert_eq!(tables["TableList"], json!([]));
    bench.call("CreateTable", parts()).await.unwrap();
    assert_eq!(bench.partitions(json!({})).await["Partitions"], json!([]));
    let databases = bench.call("GetDatabases", json!({})).await.unwrap();
    assert_eq!(
        databases["DatabaseList"][0]["Parameters"],
        json!({ "a": "b" })
    );
}

#[tokio::test]
async fn a_change_of_another_service_is_the_operation_itself() {
    let bench = Bench::new().await;
    let user = Principal::user();
    let caller = local_core::wire::permission::Caller {
        cloud: &bench.cloud,
        region: DEFAULT_REGION,
        principal: &user,
    };
    let store = &bench.cloud.store;
    let added = json!({
        "DatabaseName": "reviews", "TableName": "parts", "PartitionInputList": [partition(&json!(["a", "1"]))],
    });
    store
        .write(|tx| crate::apply(caller, tx, "BatchCreatePartition", &added))
        .unwrap();
    let twice = store.write(|tx| crate::apply(caller, tx, "BatchCreatePartition", &added));
    assert!(
        twice
            .unwrap_err()
            .message
            .contains("Partition already exists.")
    );
    let catalog = store.read(|tx| crate::catalog(caller, tx));
    assert_eq!(catalog["reviews"].tables[0]["Name"], "parts");
    assert_eq!(
        catalog["reviews"].partitions["parts"][0]["Values"],
        json!(["a", "1"])
    );
    let unknown = store.write(|tx| crate::apply(caller, tx, "StartJobRun", &json!({})));
    assert!(unknown.unwrap_err().message.contains("StartJobRun"));
}
