//! The stack's life with custom resources, whose functions run.

use local_aws::LocalAws;
use local_aws::stack::{self, Status};
use local_core::store::Table;
use serde_json::Value;

use crate::world::{Served, reopen_with, serve, settings};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  Wanted: { Type: String, Default: 'yes' }
Conditions:
  IsWanted: !Equals [!Ref Wanted, 'yes']
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: ../functions/f/
      EventInvokeConfig: { MaximumRetryAttempts: 0 }
  Thing:
    Type: Custom::Thing
    Condition: IsWanted
    Properties: { ServiceToken: !GetAtt F.Arn, Requests: 'FILE', Id: one, Fail: never, Answer: yes }
  Last: { Type: AWS::SQS::Queue, DependsOn: F, Properties: { QueueName: last, VisibilityTimeout: 30 } }
";

/// A stack whose custom resource writes its requests to a file.
struct Story {
    requests: tempfile::NamedTempFile,
}

impl Story {
    fn new() -> Self {
        let requests = tempfile::NamedTempFile::new().unwrap();
        Self { requests }
    }

    fn template(&self) -> String {
        let path = self.requests.path().display().to_string();
        TEMPLATE.replace("FILE", &path)
    }

    fn told(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.requests.path()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

/// Waits until no invocation is under way: Lambda delivers its event again after a restart, whatever the stack did since.
async fn invoked(served: Served) -> Served {
    let queue: Table<Value> = Table::new("lambda/queue");
    let is_empty = async || served.aws.cloud.store.read(|tx| queue.keys(tx).is_empty());
    served.until("the end of the invocations", is_empty).await;
    served
}

/// What the deployment of this template over the stack says.
async fn refusal(served: &Served, template: &str) -> String {
    deployed(served, template).await.unwrap_err().to_string()
}

async fn deployed(served: &Served, template: &str) -> anyhow::Result<()> {
    let template = sam::Template::parse(template).unwrap();
    stack::deploy(&served.aws.cloud, &template, &sam::Parameters::new()).await
}

fn status(served: &Served) -> Status {
    stack::describe(&served.aws.cloud).unwrap().status
}

#[tokio::test]
async fn a_custom_resource_whose_creation_fails_is_deleted_by_the_id_that_it_answered() {
    let story = Story::new();
    let served = serve("Resources: {}").await;
    stack::delete(&served.aws.cloud).await.unwrap();
    let failing = story.template().replace("Fail: never", "Fail: Create");
    let refused = refusal(&served, &failing).await;
    assert_eq!(
        refused,
        "deploy Thing (Custom::Thing): f says: asked to fail; \
         the stack was rolled back: ROLLBACK_COMPLETE"
    );
    assert_eq!(story.told(), ["Create none", "Delete one"]);
    assert_eq!(status(&served), Status::RollbackComplete);
    // The next deployment creates it anew.
    deployed(&served, &story.template()).await.unwrap();
    assert_eq!(story.told()[2..], ["Create none"]);
    assert_eq!(status(&served), Status::CreateComplete);
}

#[tokio::test]
async fn a_custom_resource_that_never_answered_is_deleted_by_an_id_of_cloudformations() {
    let story = Story::new();
    let served = serve("Resources: {}").await;
    let silent = story.template().replace("Answer: yes", "Answer: false");
    let refused = refusal(&served, &silent).await;
    assert!(refused.contains("f ended without answering"), "{refused}");
    let told = story.told();
    assert_eq!(told[0], "Create none");
    assert!(told[1].starts_with("Delete reviewloop-Thing-"), "{told:?}");
}

#[tokio::test]
async fn an_update_that_fails_updates_a_custom_resource_back() {
    let story = Story::new();
    let served = serve(&story.template()).await;
    let failing = story.template().replace("Fail: never", "Fail: Update");
    let refused = refusal(&served, &failing).await;
    assert!(
        refused.ends_with("rolled back: UPDATE_ROLLBACK_COMPLETE"),
        "{refused}"
    );
    assert_eq!(story.told(), ["Create none", "Update one", "Update one"]);
    assert_eq!(status(&served), Status::UpdateRollbackComplete);
    // As it was: nothing is to be done.
    deployed(&served, &story.template()).await.unwrap();
    assert_eq!(story.told().len(), 3);
}

#[tokio::test]
async fn a_physical_id_that_an_update_brought_is_deleted_when_the_update_is_rolled_back() {
    let story = Story::new();
    let served = serve(&story.template()).await;
    let wrong = story.template().replace("Id: one", "Id: two");
    let wrong = wrong.replace("DependsOn: F", "DependsOn: Thing");
    let refused = refusal(
        &served,
        &wrong.replace("VisibilityTimeout: 30", "VisibilityTimeout: 9999999"),
    )
    .await;
    assert!(
        refused.starts_with("deploy Last (AWS::SQS::Queue): "),
        "{refused}"
    );
    assert_eq!(
        story.told(),
        ["Create none", "Update one", "Update two", "Delete two"]
    );
    // In the clean-up of one that succeeds, the id before is deleted.
    deployed(&served, &wrong).await.unwrap();
    assert_eq!(story.told()[4..], ["Update one", "Delete one"]);
}

#[tokio::test]
async fn a_changed_parameter_that_ends_a_condition_deletes_the_custom_resource() {
    let story = Story::new();
    let folder = invoked(serve(&story.template()).await).await.stop().await;
    let mut settings = settings(folder.path());
    settings.parameters = [("Wanted".to_owned(), "no".to_owned())].into();
    let served = reopen_with(settings, folder).await;
    assert_eq!(story.told(), ["Create none", "Delete one"]);
    assert_eq!(status(&served), Status::UpdateComplete);
    let stack = stack::describe(&served.aws.cloud).unwrap();
    assert_eq!(stack.parameters["Wanted"], "no");
}

#[tokio::test]
async fn a_function_outlives_the_deletion_of_its_custom_resource_and_a_refusal_of_it() {
    let story = Story::new();
    let template = story.template().replace("Fail: never", "Fail: Delete");
    let served = serve(&template).await;
    let cloud = &served.aws.cloud;
    let refused = stack::delete(cloud).await.unwrap_err().to_string();
    assert!(refused.contains("Thing (Custom::Thing): "), "{refused}");
    assert!(refused.contains("f says: asked to fail"), "{refused}");
    assert_eq!(status(&served), Status::DeleteFailed);
    assert_eq!(story.told(), ["Create none", "Delete one"]);

    deployed(&served, &story.template()).await.unwrap();
    stack::delete(cloud).await.unwrap();
    assert_eq!(story.told()[2..], ["Update one", "Delete one"]);
    assert_eq!(status(&served), Status::DeleteComplete);
}

#[tokio::test]
async fn a_custom_resource_that_refused_its_deletion_is_updated_by_the_next_deployment() {
    let story = Story::new();
    let template = story.template().replace("Fail: never", "Fail: Delete");
    let served = serve(&template).await;
    stack::delete(&served.aws.cloud).await.unwrap_err();
    // The same template, and once more: what is deployed now is as asked.
    for _ in 0..2 {
        deployed(&served, &template).await.unwrap();
        assert_eq!(story.told(), ["Create none", "Delete one", "Update one"]);
        assert_eq!(status(&served), Status::UpdateComplete);
    }
}

/// Deploys the template and ends the process after this many commits; answers whether the deployment had ended.
async fn ends_within(served: &Served, template: &str, commits: u64) -> bool {
    let store = &served.aws.cloud.store;
    let mut changes = store.changes();
    let last = store.commits() + commits;
    let killed = async {
        while store.commits() < last {
            changes.changed().await;
        }
    };
    tokio::select! {
        biased;
        () = killed => false,
        deployed = deployed(served, template) => deployed.map(|()| true).unwrap(),
    }
}

#[tokio::test]
async fn a_custom_resource_whose_creation_is_killed_anywhere_is_created_and_deleted() {
    for commits in 1.. {
        let story = Story::new();
        let served = serve("Resources: {}").await;
        stack::delete(&served.aws.cloud).await.unwrap();
        let has_ended = ends_within(&served, &story.template(), commits).await;
        let folder = served.stop().await;
        std::fs::write(folder.path().join("template.yaml"), story.template()).unwrap();
        let served = invoked(reopen_with(settings(folder.path()), folder).await).await;
        assert_eq!(status(&served), Status::CreateComplete, "{commits} commits");
        stack::delete(&served.aws.cloud).await.unwrap();
        assert_eq!(status(&served), Status::DeleteComplete, "{commits} commits");
        let told = story.told();
        assert_eq!(
            told.last().unwrap(),
            "Delete one",
            "{commits} commits: {told:?}"
        );
        if has_ended {
            assert!(commits > 10, "only {commits} places to be killed at");
            return;
        }
    }
}

/// A call of the query protocol as the AWS CLI makes it.
async fn query(served: &Served, form: &[(&str, &str)]) -> (u16, String) {
    let scope = "AWS4-HMAC-SHA256 Credential=anybody/20260101/us-east-1/cloudformation/aws4_request, \
                 SignedHeaders=host, Signature=none";
    let request = reqwest::Client::new().post(&served.aws.endpoint_url);
    let response = request
        .header("authorization", scope)
        .header("x-amz-date", "20260101T000000Z")
        .form(form)
        .send()
        .await
        .unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn delete_stack_deletes_in_the_background_and_describe_stacks_tells_how_far_it_is() {
    let story = Story::new();
    let served = serve(&story.template()).await;
    let named = ("StackName", stack::STACK_NAME);
    let describe = [
        ("Action", "DescribeStacks"),
        ("Version", "2010-05-15"),
        named,
    ];
    let (code, told) = query(&served, &describe).await;
    assert_eq!(code, 200, "{told}");
    assert!(
        told.contains("<StackStatus>CREATE_COMPLETE</StackStatus>"),
        "{told}"
    );

    let delete = [("Action", "DeleteStack"), ("Version", "2010-05-15"), named];
    let (code, answer) = query(&served, &delete).await;
    assert_eq!(code, 200, "{answer}");
    served
        .until("the end of the stack", async || {
            query(&served, &describe).await.0 == 400
        })
        .await;
    let (_, told) = query(&served, &describe).await;
    assert!(told.contains("<Code>ValidationError</Code>"), "{told}");
    assert!(
        told.contains("Stack with id reviewloop does not exist"),
        "{told}"
    );
    assert_eq!(story.told(), ["Create none", "Delete one"]);
    assert_eq!(status(&served), Status::DeleteComplete);
}

#[tokio::test]
async fn a_deletion_that_was_asked_for_goes_on_after_a_restart() {
    let story = Story::new();
    let folder = invoked(serve(&story.template()).await).await.stop().await;
    // Without background tasks the deletion is only asked for.
    let mut still = settings(folder.path());
    still.run_tasks = false;
    let served = reopen_with(still, folder).await;
    let delete = [("Action", "DeleteStack"), ("StackName", stack::STACK_NAME)];
    assert_eq!(query(&served, &delete).await.0, 200);
    assert_eq!(status(&served), Status::DeleteInProgress);
    let folder = served.stop().await;
    let mut bare = settings(folder.path());
    bare.template = None;
    let aws = LocalAws::start(bare).await.unwrap();
    let mut changes = aws.cloud.store.changes();
    while stack::describe(&aws.cloud).unwrap().status != Status::DeleteComplete {
        changes.changed().await;
    }
    assert_eq!(story.told(), ["Create none", "Delete one"]);
}
