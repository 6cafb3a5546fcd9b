//! The project's own template through its life, with one function that answers in the place of all.

use std::collections::{BTreeMap, BTreeSet};
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
    let reviewer = ("ReviewerEmails", "ana@example.com");
    let parameters = [("ClassifierImageUri", image), reviewer]
        .into_iter()
        .chain(parameters.iter().copied());
    let parameters: BTreeMap<String, String> = parameters
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    stack::deploy(&served.aws.cloud, &template, &parameters)
        .await
        .unwrap();
}

/// The account's one workforce, over a pool that is not the stack's: the test function makes none.
async fn put_workforce(served: &Served) {
    const COGNITO: &str = "AWSCognitoIdentityProviderService";
    let create =
        async |target: String, members: Value| served.call(&target, members).await.unwrap();
    let named = json!({ "PoolName": "people" });
    let pool = create(format!("{COGNITO}.CreateUserPool"), named).await["UserPool"]["Id"].take();
    let named = json!({ "UserPoolId": pool, "ClientName": "people", "GenerateSecret": true });
    let client = create(format!("{COGNITO}.CreateUserPoolClient"), named).await;
    let client = &client["UserPoolClient"]["ClientId"];
    let cognito = json!({ "UserPool": pool, "ClientId": client });
    let workforce = json!({ "WorkforceName": "people", "CognitoConfig": cognito });
    create("SageMaker.CreateWorkforce".to_owned(), workforce).await;
}

/// Texts that are stored by their digest and stay: an execution or a human loop may name one.
const BY_CONTENT: [&str; 2] = [
    "sagemaker/human-task-ui-template",
    "sagemaker/pipeline-definition",
];

/// Kind, scope and name of every document but the stack's own and those of an invocation.
fn documents(served: &Served) -> BTreeSet<[String; 3]> {
    let all = served.aws.cloud.store.read(|tx| tx.all_names());
    let is_counted = |[kind, ..]: &[String; 3]| {
        let kind = kind.as_str();
        // A custom resource is answered before its invocation has ended.
        let is_of_invocation = ["lambda/payload", "lambda/queue"].contains(&kind);
        !kind.starts_with("stack/") && !BY_CONTENT.contains(&kind) && !is_of_invocation
    };
    all.into_iter().filter(is_counted).collect()
}

/// The text of a kind's documents.
fn texts(served: &Served, kind: &'static str) -> String {
    let store = &served.aws.cloud.store;
    let all = store.read(|tx| Table::<Value>::new(kind).list_everywhere(tx));
    all.iter().map(|(_, _, value)| value.to_string()).collect()
}

#[tokio::test]
async fn the_projects_template_is_created_updated_and_deleted_without_an_orphan() {
    for review in ["none", "portal", "a2i"] {
        let served = served().await;
        let cloud = &served.aws.cloud;
        let status = || stack::describe(cloud).unwrap().status;
        put_workforce(&served).await;
        let mut before = documents(&served);
        deploy(&served, &[("HumanReview", review)]).await;
        assert_eq!(status(), Status::CreateComplete);
        let created = documents(&served);
        assert!(created.len() > before.len() + 70, "{created:?}");
        let has = |wanted: &str| created.iter().any(|[kind, ..]| kind == wanted);
        for (kind, services) in [
            ("cognito/group", &["a2i", "portal"][..]),
            ("sagemaker/workteam", &["a2i"]),
            ("sagemaker/human-task-ui", &["a2i"]),
        ] {
            let is_expected = services.contains(&review);
            assert_eq!(has(kind), is_expected, "{kind}: {created:?}");
        }

        let changed = [
            ("HumanReview", review),
            ("Algorithm", "bert"),
            ("Epochs", "17"),
            ("ReconcileSchedule", "rate(3 hours)"),
            ("EndpointType", "instance"),
        ];
        let functions = texts(&served, "lambda/function");
        deploy(&served, &changed).await;
        assert_eq!(status(), Status::UpdateComplete);
        let now = documents(&served);
        assert_eq!(now.len(), created.len(), "{now:?} {created:?}");
        assert!(texts(&served, "scheduler/schedule").contains("rate(3 hours)"));
        assert_ne!(texts(&served, "lambda/function"), functions);
        let pipelines = served
            .call("SageMaker.ListPipelines", json!({}))
            .await
            .unwrap();
        let name = &pipelines["PipelineSummaries"][0]["PipelineName"];
        let described = json!({ "PipelineName": name });
        let described = served.call("SageMaker.DescribePipeline", described).await;
        let definition = described.unwrap()["PipelineDefinition"].take().to_string();
        assert!(
            definition.contains(r#"\"DefaultValue\": \"17\""#),
            "{definition}"
        );

        stack::delete(cloud).await.unwrap();
        assert_eq!(status(), Status::DeleteComplete);
        let kept = ["s3/bucket", "", "reviewloop-123456789012-us-east-1"];
        before.insert(kept.map(str::to_owned));
        assert_eq!(documents(&served), before, "the bucket is retained");
    }
}
