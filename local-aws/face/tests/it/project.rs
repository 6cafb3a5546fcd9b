//! The project's own template through its life, with one function that answers in the place of all.

use std::collections::BTreeMap;
use std::path::Path;

use local_aws::stack::{self, Status};
use local_core::store::Table;
use sam::Template;
use serde_json::{Value, json};

use crate::world::{Served, serve};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Puts the test function in the place of every function.
async fn served() -> Served {
    let served = serve("Resources: {}").await;
    stack::delete(&served.aws.cloud).await.unwrap();
    let bin = served.file("bin");
    for function in std::fs::read_dir(Path::new(ROOT).join("functions")).unwrap() {
        let name = function.unwrap().file_name();
        std::os::unix::fs::symlink(bin.join("f"), bin.join(name)).unwrap();
    }
    served
}

async fn deploy(served: &Served, parameters: &[(&str, &str)]) {
    let template = Template::read(&Path::new(ROOT).join("infra/template.yaml")).unwrap();
    let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:1";
    let fixed = [("ClassifierImageUri", image), ("HumanReview", "none")];
    let parameters = fixed.iter().chain(parameters);
    let parameters: BTreeMap<String, String> = parameters
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    stack::deploy(&served.aws.cloud, &template, &parameters)
        .await
        .unwrap();
}

/// The names of what the services list.
async fn listed(served: &Served) -> Vec<Value> {
    let mut all = Vec::new();
    for (target, list) in [
        ("AWSEvents.ListRules", "Rules"),
        ("AmazonSQS.ListQueues", "QueueUrls"),
        ("SageMaker.ListPipelines", "PipelineSummaries"),
        (
            "SageMaker.ListModelPackageGroups",
            "ModelPackageGroupSummaryList",
        ),
        ("SageMaker.ListHumanTaskUis", "HumanTaskUiSummaries"),
    ] {
        let found = served.call(target, json!({})).await.unwrap();
        all.extend(found[list].as_array().cloned().unwrap_or_default());
    }
    all.extend(
        names(served, "lambda/function")
            .into_iter()
            .map(Value::from),
    );
    all
}

fn names(served: &Served, kind: &'static str) -> Vec<String> {
    let store = &served.aws.cloud.store;
    let keys = store.read(|tx| Table::<Value>::new(kind).keys(tx));
    keys.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn the_projects_template_is_created_updated_and_deleted_without_an_orphan() {
    let served = served().await;
    let cloud = &served.aws.cloud;
    deploy(&served, &[]).await;
    let created = listed(&served).await;
    assert!(created.len() > 20, "{created:?}");
    let status = || stack::describe(cloud).unwrap().status;
    assert_eq!(status(), Status::CreateComplete);

    deploy(
        &served,
        &[
            ("Epochs", "3"),
            ("ReconcileSchedule", "rate(1 hour)"),
            ("EndpointType", "instance"),
        ],
    )
    .await;
    assert_eq!(status(), Status::UpdateComplete);
    assert_eq!(listed(&served).await.len(), created.len());

    stack::delete(cloud).await.unwrap();
    assert_eq!(status(), Status::DeleteComplete);
    assert_eq!(listed(&served).await, Vec::<Value>::new());
    let buckets = names(&served, "s3/bucket");
    assert_eq!(
        buckets,
        ["reviewloop-123456789012-us-east-1"],
        "it is retained"
    );
}
