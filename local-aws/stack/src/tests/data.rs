//! Glue's and Athena's resources.

use local_core::wire::apis;
use serde_json::json;

use super::Stack;

fn template(columns: &str, location: &str) -> String {
    format!(
        "
Resources:
  Catalog: {{ Type: AWS::Glue::Database, Properties: {{ CatalogId: !Ref AWS::AccountId, DatabaseInput: {{ Name: Room }} }} }}
  View:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: !Ref AWS::AccountId
      DatabaseName: !Ref Catalog
      TableInput:
        Name: labels
        TableType: VIRTUAL_VIEW
        ViewOriginalText: '/* Presto View: e30= */'
        StorageDescriptor: {{ Columns: {columns} }}
  Group:
    Type: AWS::Athena::WorkGroup
    Properties:
      Name: room
      RecursiveDeleteOption: true
      WorkGroupConfiguration:
        BytesScannedCutoffPerQuery: 10000000
        ResultConfiguration: {{ OutputLocation: '{location}' }}
Outputs:
  Group: {{ Value: !Ref Group }}
  Table: {{ Value: !Ref View }}
"
    )
}

#[tokio::test]
async fn a_database_a_view_and_a_workgroup_live_with_the_stack() {
    let stack = Stack::deployed(&template("[{ Name: a, Type: int }]", "s3://data/one/")).await;
    let outputs = super::outputs(&stack.cloud);
    assert_eq!(
        (outputs["Group"].as_str(), outputs["Table"].as_str()),
        ("room", "labels")
    );
    let named = json!({ "DatabaseName": "room", "Name": "labels" });
    let table = async || stack.call(apis::GLUE, "GetTable", named.clone()).await;
    let group = async || {
        stack
            .call(apis::ATHENA, "GetWorkGroup", json!({ "WorkGroup": "room" }))
            .await
    };
    assert_eq!(
        table().await.unwrap()["Table"]["ViewOriginalText"],
        "/* Presto View: e30= */"
    );
    let first = group().await.unwrap()["WorkGroup"].take();
    assert_eq!(
        first["Configuration"]["EnforceWorkGroupConfiguration"],
        true
    );
    assert_eq!(
        first["Configuration"]["BytesScannedCutoffPerQuery"],
        10_000_000
    );

    let changed = template("[{ Name: a, Type: bigint }]", "s3://data/two/");
    let changed = changed.replace("        BytesScannedCutoffPerQuery: 10000000\n", "");
    stack.deploy(&changed).await.unwrap();
    let columns = table().await.unwrap()["Table"]["StorageDescriptor"]["Columns"].take();
    assert_eq!(columns, json!([{ "Name": "a", "Type": "bigint" }]));
    let second = group().await.unwrap()["WorkGroup"].take();
    assert_eq!(
        second["Configuration"]["ResultConfiguration"]["OutputLocation"],
        "s3://data/two/"
    );
    assert_eq!(
        second["Configuration"]["BytesScannedCutoffPerQuery"],
        json!(null)
    );
    assert_eq!(second["CreationTime"], first["CreationTime"]);

    let renamed = stack
        .deploy(&changed.replace("Name: labels", "Name: other"))
        .await;
    let refused = format!("{:#}", renamed.unwrap_err());
    assert!(refused.contains("does not rename"), "{refused}");

    super::super::delete(&stack.cloud).await.unwrap();
    assert!(table().await.is_err() && group().await.is_err());
}

#[tokio::test]
async fn what_a_workgroup_of_the_template_cannot_have_is_refused_by_name() {
    for (property, named) in [
        (
            "WorkGroupConfigurationUpdates: {}",
            "WorkGroupConfigurationUpdates",
        ),
        (
            "WorkGroupConfiguration: { ExecutionRole: 'arn:aws:iam::123456789012:role/a' }",
            "ExecutionRole",
        ),
    ] {
        let template = format!(
            "Resources:\n  Group: {{ Type: AWS::Athena::WorkGroup, Properties: {{ {property} }} }}\n"
        );
        let stack = Stack::empty();
        let refused = format!("{:#}", stack.deploy(&template).await.unwrap_err());
        assert!(refused.contains(named), "{refused}");
    }
}
