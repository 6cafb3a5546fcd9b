//! Glue's catalogue by Athena's operations.

use local_core::wire::apis;
use serde_json::{Value, json};

use super::Bench;

#[tokio::test]
async fn the_catalogue_is_glues() {
    let bench = Bench::new(None);
    let glue = async |operation: &str, members: Value| {
        bench.of(apis::GLUE, operation, members).await.unwrap()
    };
    glue(
        "CreateDatabase",
        json!({ "DatabaseInput": { "Name": "reviews", "Description": "ours" } }),
    )
    .await;
    let table = json!({ "DatabaseName": "reviews", "TableInput": {
        "Name": "parts", "TableType": "EXTERNAL_TABLE", "Parameters": { "a": "b" },
        "StorageDescriptor": { "Columns": [{ "Name": "text", "Type": "string", "Comment": "as written" }] },
        "PartitionKeys": [{ "Name": "year", "Type": "int" }],
    }});
    glue("CreateTable", table).await;
    let catalogs = bench.call("ListDataCatalogs", json!({})).await.unwrap();
    assert_eq!(
        catalogs["DataCatalogsSummary"],
        json!([{ "CatalogName": "AwsDataCatalog", "Type": "GLUE" }])
    );
    let catalog = json!({ "CatalogName": "awsdatacatalog" });
    let databases = bench.call("ListDatabases", catalog).await.unwrap();
    assert_eq!(
        databases["DatabaseList"],
        json!([{ "Name": "reviews", "Description": "ours" }])
    );
    let named =
        json!({ "CatalogName": "AwsDataCatalog", "DatabaseName": "reviews", "TableName": "PARTS" });
    let found = bench.call("GetTableMetadata", named).await.unwrap()["TableMetadata"].take();
    assert_eq!(
        found["Columns"],
        json!([{ "Name": "text", "Type": "string", "Comment": "as written" }])
    );
    assert_eq!(
        found["PartitionKeys"],
        json!([{ "Name": "year", "Type": "int" }])
    );
    let filtered =
        json!({ "CatalogName": "AwsDataCatalog", "DatabaseName": "reviews", "Expression": "pa.*" });
    let tables = bench.call("ListTableMetadata", filtered).await.unwrap();
    assert_eq!(tables["TableMetadataList"], json!([found]));
    for (members, expected) in [
        (
            json!({ "CatalogName": "AwsDataCatalog", "DatabaseName": "reviews", "TableName": "other" }),
            "EntityNotFoundException: Table other not found.",
        ),
        (
            json!({ "CatalogName": "mine", "DatabaseName": "reviews", "TableName": "parts" }),
            "Catalog mine was not found",
        ),
    ] {
        let refused = bench.refused("GetTableMetadata", members).await;
        assert!(
            refused.starts_with("MetadataException") && refused.contains(expected),
            "{refused}"
        );
    }
}
