//! Whose rights a query has: its caller's.

use local_aws::iam::Role;
use local_aws::{LocalAws, Principal, Settings};
use local_core::wire::permission::Caller;
use local_core::wire::{Api, AwsError, apis, table};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";

async fn call(
    aws: &LocalAws,
    caller: Principal,
    api: Api,
    operation: &str,
    members: Value,
) -> Result<Value, AwsError> {
    table::call(&aws.cloud, api, operation, (REGION, caller), &members).await
}

#[tokio::test]
async fn a_query_sees_and_changes_what_its_caller_may() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path());
    settings.run_tasks = false;
    let aws = LocalAws::in_process(settings).await.unwrap();
    for database in ["open", "closed"] {
        let members = json!({ "DatabaseInput": { "Name": database } });
        call(
            &aws,
            Principal::user(),
            apis::GLUE,
            "CreateDatabase",
            members,
        )
        .await
        .unwrap();
        let members = json!({ "DatabaseName": database, "TableInput": { "Name": "t" } });
        call(&aws, Principal::user(), apis::GLUE, "CreateTable", members)
            .await
            .unwrap();
    }
    let glue = |resource: &str| format!("arn:aws:glue:{REGION}:123456789012:{resource}");
    let statement = json!([
        { "Effect": "Allow", "Action": "glue:Get*", "Resource": [glue("catalog"), glue("database/open"), glue("table/open/*")] },
        { "Effect": "Allow", "Action": "athena:*", "Resource": format!("arn:aws:athena:{REGION}:123456789012:workgroup/room") },
    ]);
    let role = Role {
        name: "analyst".to_owned(),
        created: aws.cloud.world.now(),
        trust: json!({ "Statement": { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "lambda.amazonaws.com" } } }).to_string(),
        policies: [("p".to_owned(), json!({ "Statement": statement }).to_string())].into(),
        managed: Vec::new(),
    };
    aws.cloud.store.write(|tx| role.put(tx)).unwrap();
    let analyst = Principal::role("analyst", "session");

    let location = json!({ "OutputLocation": "s3://results/" });
    let room = json!({ "Name": "room", "Configuration": { "ResultConfiguration": location } });
    call(
        &aws,
        Principal::user(),
        apis::ATHENA,
        "CreateWorkGroup",
        room,
    )
    .await
    .unwrap();
    let asked = json!({ "QueryString": "SELECT 1", "ResultConfiguration": location });
    let denied = call(
        &aws,
        analyst.clone(),
        apis::ATHENA,
        "StartQueryExecution",
        asked,
    )
    .await
    .unwrap_err();
    assert!(
        denied
            .message
            .contains("athena:StartQueryExecution on resource")
            && denied.message.contains("workgroup/primary"),
        "{denied}"
    );
    let asked = json!({ "QueryString": "SELECT 1", "WorkGroup": "room" });
    let started = call(
        &aws,
        analyst.clone(),
        apis::ATHENA,
        "StartQueryExecution",
        asked,
    )
    .await
    .unwrap();
    call(
        &aws,
        analyst.clone(),
        apis::ATHENA,
        "GetQueryExecution",
        started,
    )
    .await
    .unwrap();

    let caller = Caller {
        cloud: &aws.cloud,
        region: REGION,
        principal: &analyst,
    };
    let seen = aws.cloud.store.read(|tx| local_glue::catalog(caller, tx));
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["open"]);
    assert_eq!(seen["open"].tables[0]["Name"], "t");
    let dropped = json!({ "DatabaseName": "open", "Name": "t" });
    let denied = aws
        .cloud
        .store
        .write(|tx| local_glue::apply(caller, tx, "DeleteTable", &dropped))
        .unwrap_err();
    assert!(denied.message.contains("glue:DeleteTable"), "{denied}");
}
