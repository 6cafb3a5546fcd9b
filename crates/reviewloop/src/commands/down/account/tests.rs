use std::os::unix::fs::symlink;
use std::path::Path;

use contracts::names::DEFAULT_STACK;
use local_aws::ACCOUNT;

use super::*;
use crate::fixture::cloud::Cloud;

/// An account in which a deletion took the pipeline and left the group with one version.
struct Leftover {
    cloud: Cloud,
}

impl Leftover {
    async fn new() -> Leftover {
        let cloud = Cloud::new().await;
        cloud.register().await;
        Leftover { cloud }
    }

    /// An AWS CLI that knows these answers: the beginning of a command line, and what the shell does then.
    fn cli(&self, answers: &[(&str, &str)]) -> String {
        let program = self.cloud.folder.path().join("aws");
        let cases: String = answers
            .iter()
            .map(|(command, answer)| format!("'{command}'*) {answer};;\n"))
            .collect();
        let script =
            format!("case \"$*\" in\n{cases}*) echo \"not this: $*\" >&2; exit 255;;\nesac\n");
        std::fs::write(self.cloud.folder.path().join("answers"), script).expect("written");
        // A program that was just written cannot be executed while another thread's child has it open.
        let shell = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands/down/account/aws.sh");
        if !program.exists() {
            symlink(shell, &program).expect("linked");
        }
        program.to_str().expect("UTF-8").to_owned()
    }

    async fn refused(&self, number: &str, program: &str) -> String {
        let found = find(number, DEFAULT_STACK, &self.cloud.config, program).await;
        let refused = format!("{:#}", found.err().expect("it cannot be deleted"));
        assert_eq!(
            versions(&self.cloud.account).await.expect("listed").len(),
            1
        );
        refused
    }
}

const IDENTITY: (&str, &str) = ("sts get-caller-identity", "echo 123456789012");
const STACK: (&str, &str) = ("cloudformation describe-stacks ", "echo DELETE_FAILED");

#[test]
fn only_the_stacks_own_name_deletes_it() {
    assert!(agreed("reviewloop\n", "reviewloop").is_ok());
    for answer in ["", "y\n", "yes\n", "Reviewloop\n"] {
        assert!(agreed(answer, "reviewloop").is_err(), "{answer:?}");
    }
}

#[tokio::test]
async fn nothing_is_deleted_before_cli_credentials_and_stack_are_known_to_be_there() {
    let leftover = Leftover::new().await;
    let missing = leftover.refused(ACCOUNT, "no-such-aws-cli").await;
    assert!(
        missing.starts_with("the AWS CLI is not installed"),
        "{missing}"
    );
    let denied = leftover.cli(&[("sts", "echo 'Unable to locate credentials' >&2; exit 253")]);
    let denied = leftover.refused(ACCOUNT, &denied).await;
    assert!(denied.ends_with("Unable to locate credentials"), "{denied}");
    let other = leftover.cli(&[IDENTITY, STACK]);
    let other = leftover.refused("999999999999", &other).await;
    assert_eq!(
        other,
        "the AWS credentials belong to account 123456789012, not to 999999999999"
    );
    let gone = (
        "cloudformation describe-stacks",
        "echo 'Stack with id reviewloop does not exist' >&2; exit 254",
    );
    let gone = leftover.cli(&[IDENTITY, gone]);
    let gone = leftover.refused(ACCOUNT, &gone).await;
    assert!(
        gone.starts_with("there is no CloudFormation stack reviewloop in account"),
        "{gone}"
    );
}

#[tokio::test]
async fn a_deletion_that_failed_can_be_repeated_though_the_pipeline_is_gone() {
    let leftover = Leftover::new().await;
    let delete = (
        "cloudformation delete-stack --stack-name reviewloop --region us-east-1",
        "true",
    );
    let failed = (
        "cloudformation wait",
        "echo 'terminal failure state: DELETE_FAILED' >&2; exit 255",
    );
    let program = leftover.cli(&[IDENTITY, STACK, delete, failed]);
    let target = find(ACCOUNT, DEFAULT_STACK, &leftover.cloud.config, &program).await;
    let target = target.expect("the stack is there");
    assert_eq!(target.versions.len(), 1);
    let plan = plan(&target);
    assert!(plan.contains("run infra/deploy"), "{plan}");
    let region = target.account.region.clone();
    let cli = Cli {
        program: &program,
        region: &region,
    };
    let sentence = format!("{:#}", remove(&target, &cli).await.expect_err("it failed"));
    assert!(
        sentence.contains("repeat the command: aws cloudformation wait"),
        "{sentence}"
    );

    let ended = ("cloudformation wait", "true");
    leftover.cli(&[IDENTITY, STACK, delete, ended]);
    remove(&target, &cli).await.expect("it is deleted");
}

#[tokio::test]
async fn a_wait_that_ends_before_the_deletion_is_told_as_such() {
    let leftover = Leftover::new().await;
    let slow = (
        "cloudformation wait",
        "echo 'Waiter StackDeleteComplete failed: Max attempts exceeded' >&2; exit 255",
    );
    let program = leftover.cli(&[("cloudformation delete-stack", "true"), slow]);
    let target = Target {
        account: Account::of(DEFAULT_STACK, ACCOUNT, &leftover.cloud.config).expect("set"),
        versions: Vec::new(),
    };
    let cli = Cli {
        program: &program,
        region: "us-east-1",
    };
    let sentence = remove(&target, &cli)
        .await
        .expect_err("not yet")
        .to_string();
    assert!(
        sentence.starts_with("the stack's deletion is under way"),
        "{sentence}"
    );
}
