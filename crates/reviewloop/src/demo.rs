//! The whole loop on this machine, twice round: upload, train, judge, deploy, predict on rows
//! that were held out, ask people, train again on their answers, judge against the champion.

mod data;
#[cfg(test)]
mod fixture;
mod page;
mod parameters;
pub mod recipe;
mod result;
mod reviewers;
mod summary;
mod traffic;
mod turn;
mod woken;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use contracts::dataset::DatasetManifest;
use contracts::verdict::Decision;
use contracts::{keys, names};
use local_aws::LocalAws;
use policy::text::TextColumns;
use serde_json::{Value, json};

use crate::account::Account;
use crate::arguments::{Demo, Reviewers};
use crate::local::{self, Local};
use crate::output::Output;
use crate::programs::{self, Project};
use crate::progress::Progress;
use crate::{registration, state};
use data::{Data, Source};
use parameters::PRETRAINED;
use reviewers::HumanReview;
use traffic::Traffic;
use turn::Turn;

#[cfg(test)]
pub use reviewers::ERROR_RATE;

/// What was done, whole or as far as it came.
pub struct Done {
    pub source: Source,
    pub turns: Vec<Turn>,
    pub traffic: Option<Traffic>,
    pub review: Option<HumanReview>,
    /// Confidence below which people may be asked.
    pub threshold: f64,
    /// What the gate asks of balanced accuracy's lower bound, above chance.
    pub margin: Option<f64>,
    /// The endpoint's name.
    pub endpoint: String,
    /// Why there is no second turn, if there is none.
    pub ended_early: Option<String>,
    pub seconds: f64,
    pub report: PathBuf,
}

impl Done {
    fn nothing_yet(
        data: &Data,
        parameters: &BTreeMap<String, String>,
        stack: &str,
        folder: &Path,
    ) -> Done {
        let margin = policy::gate::Gate::default().balanced_accuracy_margin;
        Done {
            source: data.source.clone(),
            turns: Vec::new(),
            traffic: None,
            review: None,
            threshold: parameters::number(parameters, "ReviewThreshold", 0.0),
            margin: Some(parameters::number(
                parameters,
                "BalancedAccuracyMargin",
                margin,
            )),
            endpoint: names::endpoint(stack),
            ended_early: None,
            seconds: 0.0,
            report: folder.join("report.html"),
        }
    }

    /// The lower bound of balanced accuracy that the gate asks for.
    pub fn floor(&self, classes: usize) -> Option<f64> {
        Some(1.0 / classes.max(1) as f64 + self.margin?)
    }
}

/// What every part of the demo needs.
pub struct Stage<'a> {
    pub account: Account,
    pub aws: &'a LocalAws,
    pub progress: &'a Progress,
    pub reviewers: Reviewers,
}

pub async fn demo(arguments: &Demo, stack: &str, output: &Output) -> anyhow::Result<()> {
    local::check_stack(stack)?;
    let progress = Progress::new(output.json);
    let project = Project::find()?;
    // Before the build: a file or a parameter that cannot be used is told at once.
    let data = data::read(arguments)?;
    let parameters = parameters::of(arguments, &data.recipe)?;
    local::check_parameters(&project, &parameters)?;
    data.show(&parameters, &progress);
    let folder = state::for_demo(arguments.state.as_deref())?;
    let programs =
        programs::ready(&project, arguments.programs.bin_dir.as_deref(), &progress).await?;

    let started = Instant::now();
    let local = Local {
        project: &project,
        programs: &programs,
        state: &folder,
        port: arguments.port,
        accept_any_credentials: false,
        parameters,
    };
    let aws = local.start().await?;
    let stage = Stage {
        account: local::account(&aws, stack).await?,
        aws: &aws,
        progress: &progress,
        reviewers: arguments.reviewers,
    };
    let woken = woken::show(&aws, stack, &progress);
    let mut done = Done::nothing_yet(&data, &local.parameters, stack, &folder);
    let pretrained = arguments.pretrained.as_deref();
    let ended = turn_twice(&stage, pretrained, data, &mut done).await;
    woken.finish().await;
    aws.stop().await;

    done.seconds = started.elapsed().as_secs_f64();
    finish(&mut done, ended, &local::log_file(&folder))?;
    output.result(&result::result(&done), || summary::text(&done))
}

/// Writes the report of the turns that were completed, also where the demo failed after them.
fn finish(done: &mut Done, ended: anyhow::Result<()>, log: &Path) -> anyhow::Result<()> {
    let write = |done: &Done| {
        let page = report::render(&page::report(done));
        std::fs::write(&done.report, page).context("write the report")
    };
    let Err(error) = ended else {
        return write(done);
    };
    let log = log.display();
    if done.turns.is_empty() {
        return Err(error.context(format!("the demo ended early; the log is {log}")));
    }
    done.ended_early = Some(format!("{error:#}"));
    let turns = match done.turns.len() {
        1 => "turn 1",
        _ => "both turns",
    };
    let report = done.report.display();
    let sentence =
        format!("the demo ended early; the log is {log}, the report of {turns} is {report}");
    write(done)?;
    Err(error.context(sentence))
}

async fn turn_twice(
    stage: &Stage<'_>,
    pretrained: Option<&Path>,
    data: Data,
    done: &mut Done,
) -> anyhow::Result<()> {
    let Data {
        holdout, recipe, ..
    } = data;
    if let Some(folder) = pretrained {
        upload_pretrained(&stage.account, folder).await?;
    }

    stage.progress.say("turn 1");
    let key = format!("{}reviews.csv", keys::INCOMING);
    let uploaded = stage.account.put(&key, holdout.upload).await?;
    let registration =
        registration::of_upload(&stage.account, &uploaded, registration::LIMIT).await?;
    let registration = registration.context("register-dataset has not registered the upload")?;
    let manifest = registration.manifest;
    ensure!(
        manifest.mapping == recipe.mapping,
        "register-dataset reads other columns than the demo: {:?}",
        manifest.mapping
    );
    let before = manifest.number;
    if take(stage, manifest, done).await? != Decision::Approved {
        done.ended_early =
            Some("the gate did not approve the first model, so nothing was deployed".to_owned());
        return Ok(());
    }

    let columns = TextColumns::of(&recipe.mapping);
    let sent = traffic::send(stage, &holdout.withheld, &columns).await?;
    let traffic = done.traffic.insert(sent);
    done.review = Some(reviewers::answer(stage, traffic, &holdout.withheld).await?);

    stage.progress.say("turn 2");
    let prepared: Value = stage
        .account
        .invoke("prepare-retraining", &scheduled())
        .await?;
    if prepared["outcome"] != "Prepared" {
        done.ended_early = Some(no_new_part(&prepared));
        return Ok(());
    }
    let manifest = registration::after(&stage.account, before).await?;
    take(stage, manifest, done).await?;
    Ok(())
}

/// A turn is in the report from its verdict on, whatever becomes of the deployment.
async fn take(
    stage: &Stage<'_>,
    manifest: DatasetManifest,
    done: &mut Done,
) -> anyhow::Result<Decision> {
    let mut turn = turn::take(stage, manifest).await?;
    let decision = turn.verdict.decision;
    let deployed = turn::deploy(stage, &mut turn).await;
    done.turns.push(turn);
    deployed.map(|()| decision)
}

fn no_new_part(outcome: &Value) -> String {
    match outcome["outcome"].as_str() {
        Some("TooFewLabels") => format!(
            "reviewers gave {} labels and MinimumNewLabels is {}; a lower one is set by --parameter MinimumNewLabels=N",
            outcome["found"], outcome["needed"]
        ),
        _ => format!("prepare-retraining made no new part: {outcome}"),
    }
}

/// What its schedule would send within the hour; the demo does not wait for it.
fn scheduled() -> Value {
    json!({ "version": "0", "source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": {} })
}

async fn upload_pretrained(account: &Account, folder: &Path) -> anyhow::Result<()> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))?;
    if !folder.join("config.json").is_file() {
        bail!(
            "{} has no config.json; --pretrained takes a Hugging Face folder",
            folder.display()
        );
    }
    for entry in entries {
        let path = entry
            .with_context(|| format!("read {}", folder.display()))?
            .path();
        if let Some(name) = path
            .file_name()
            .and_then(|name| name.to_str())
            .filter(|_| path.is_file())
        {
            let body = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
            account.put(&format!("{PRETRAINED}{name}"), body).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_that_fails_in_its_second_turn_leaves_the_report_of_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let mut done = fixture::done();
        done.report = folder.path().join("report.html");
        let error = finish(&mut done, Err(anyhow::anyhow!("the run hung")), &log);
        let error = format!("{:#}", error.expect_err("it failed"));
        let report = done.report.display();
        assert!(
            error.ends_with(&format!("the report of turn 1 is {report}: the run hung")),
            "{error}"
        );
        let page = std::fs::read_to_string(&done.report).expect("written");
        assert!(page.contains("The loop turned once: the run hung."));

        done.turns.clear();
        std::fs::remove_file(&done.report).expect("removed");
        let error = finish(&mut done, Err(anyhow::anyhow!("no rows")), &log);
        assert!(error.is_err() && !done.report.exists());
    }
}
