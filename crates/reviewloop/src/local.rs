//! The local AWS emulator as this command line starts it: our template, our programs, our parameters.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, ensure};
use local_aws::{ACCOUNT, DEFAULT_REGION, Iam, LocalAws, Settings};

use crate::account::{self, Account, Connection};
use crate::programs::{self, CLASSIFIER, Project};
use crate::workers::WORKERS;

/// The classifier's image is called so in every registry; the template holds it to that.
const IMAGE: &str = "reviewloop-classifier";

pub struct Local<'a> {
    pub project: &'a Project,
    pub programs: &'a Path,
    pub state: &'a Path,
    pub port: u16,
    pub accept_any_credentials: bool,
    pub iam: Iam,
    /// The seed of unordered delivery.
    pub unordered_delivery: Option<u64>,
    /// Where a measurement kills it.
    pub stop_after_commit: Option<u64>,
    /// Template parameters on top of those that every local stack needs.
    pub parameters: BTreeMap<String, String>,
}

/// The emulator's own log, below its state folder.
pub fn log_file(state: &Path) -> PathBuf {
    state.join("local-aws.log")
}

impl Local<'_> {
    /// Starts it and deploys the template.
    pub async fn start(&self) -> anyhow::Result<LocalAws> {
        log_to(&log_file(self.state))?;
        LocalAws::start(self.settings()).await
    }

    fn settings(&self) -> Settings {
        let region = std::env::var("AWS_REGION").unwrap_or_else(|_| DEFAULT_REGION.to_owned());
        let parameters = parameters(&region, &self.parameters);
        Settings {
            port: self.port,
            accept_any_credentials: self.accept_any_credentials,
            iam: self.iam,
            unordered_delivery: self.unordered_delivery,
            stop_after_commit: self.stop_after_commit,
            images: BTreeMap::from([(IMAGE.to_owned(), self.programs.join(CLASSIFIER))]),
            automl_image: Some(IMAGE.to_owned()),
            sql_engine: Some(programs::sql_engine(self.project, self.programs)),
            functions_dir: Some(self.programs.to_owned()),
            template: Some(self.project.template()),
            parameters,
            region,
            // AWS waits a minute and then two, which is too long in front of a terminal.
            retry_delay: Duration::from_secs(3),
            ..Settings::new(self.state)
        }
    }
}

/// What every local stack needs, and what is wanted beyond.
fn parameters(region: &str, wanted: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::from([
        (
            "ClassifierImageUri".to_owned(),
            format!("{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{IMAGE}:local"),
        ),
        ("ReviewerEmails".to_owned(), WORKERS.join(",")),
        ("ApproverEmails".to_owned(), WORKERS[0].to_owned()),
    ]);
    parameters.extend(wanted.clone());
    parameters
}

/// Whether the template takes these parameters: told before anything is built for them.
pub fn check_parameters(
    project: &Project,
    wanted: &BTreeMap<String, String>,
) -> anyhow::Result<()> {
    ensure!(
        wanted.get("TrainingImageUri").is_none_or(String::is_empty),
        "TrainingImageUri is not taken on a laptop: no program here stands for another image than the classifier's"
    );
    let all = parameters(DEFAULT_REGION, wanted);
    local_aws::stack::check_parameters(&project.template(), &all)
}

/// The emulator holds one stack, by its default name.
pub fn check_stack(stack: &str) -> anyhow::Result<()> {
    let only = contracts::names::DEFAULT_STACK;
    anyhow::ensure!(
        stack == only,
        "the local emulator's stack is called {only}; leave --stack and REVIEWLOOP_STACK out"
    );
    Ok(())
}

/// The stack inside, as the person at the keyboard.
pub async fn account(aws: &LocalAws, stack: &str) -> anyhow::Result<Account> {
    let mut account = account::through(&connection(aws), stack).await?;
    account.emulator = Some(aws.cloud.clone());
    Ok(account)
}

/// Of the pages on which reviewers answer: the stack's own, or Augmented AI's, which the emulator has.
pub async fn portal_url(aws: &LocalAws, account: &Account) -> anyhow::Result<String> {
    if account.has_review_portal().await {
        account.review_portal_url().await
    } else {
        Ok(aws.portal_url().to_owned())
    }
}

pub fn connection(aws: &LocalAws) -> Connection<'_> {
    Connection {
        endpoint_url: &aws.endpoint_url,
        region: aws.region(),
        access_key_id: &aws.user.access_key_id,
        secret_access_key: &aws.user.secret_access_key,
    }
}

/// The emulator shares this process, and its log must not disturb what a person reads.
fn log_to(path: &Path) -> anyhow::Result<()> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path);
    let file = file.with_context(|| format!("write {}", path.display()))?;
    let filter = tracing_subscriber::EnvFilter::try_from_env("REVIEWLOOP_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,s3s=off"));
    // A subscriber that is set already is a test's own.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Mutex::new(file))
        .try_init();
    Ok(())
}
