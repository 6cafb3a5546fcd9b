//! The whole loop on this machine, twice round: upload, train, judge, deploy, predict on rows
//! that were kept back, ask people, train again on their answers, judge against the champion.

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

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
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
use crate::table::Table;
use crate::withhold::{self, Halves};
use crate::{registration, sample, state};
use parameters::PRETRAINED;
use recipe::Recipe;
use reviewers::HumanReview;
use traffic::Traffic;
use turn::Turn;

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
    /// The lower bound of balanced accuracy that the gate asks for.
    pub fn floor(&self, classes: usize) -> Option<f64> {
        Some(1.0 / classes.max(1) as f64 + self.margin?)
    }
}

/// Where the rows came from.
pub struct Source {
    pub name: String,
    pub synthetic: bool,
    pub rows: u64,
    pub withheld: u64,
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
    let material = material(arguments, &progress)?;
    let parameters = parameters::of(arguments, &material.recipe)?;
    local::check_parameters(&project, &parameters)?;
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
    let woken = woken::show(&aws, stack, &progress);
    let done = turn_twice(arguments, &aws, stack, &progress, material).await;
    woken.finish().await;
    aws.stop().await;
    let mut done = done.with_context(|| {
        format!(
            "the demo ended early; the log is {}",
            local::log_file(&folder).display()
        )
    })?;

    done.seconds = started.elapsed().as_secs_f64();
    done.report = folder.join("report.html");
    std::fs::write(&done.report, report::render(&page::report(&done)))
        .context("write the report")?;
    output.result(&result::result(&done), || summary::text(&done))
}

/// What a demo is made of: rows, and how they are read.
struct Material {
    halves: Halves,
    source: Source,
    recipe: Recipe,
}

fn material(arguments: &Demo, progress: &Progress) -> anyhow::Result<Material> {
    let (table, name) = match &arguments.data {
        Some(path) => (Table::read(path)?, path.display().to_string()),
        None => (
            Table::parse(sample::csv()?.as_slice())?,
            format!("the bundled generator, seed {}", sample::SEED),
        ),
    };
    let recipe = recipe::of(&arguments.columns, &table)
        .with_context(|| format!("{name} cannot be read so"))?;
    let halves = withhold::halve(&table, &recipe.mapping)?;
    let source = Source {
        name,
        synthetic: arguments.data.is_none(),
        rows: halves.rows,
        withheld: halves.withheld.len() as u64,
    };
    let kind = if source.synthetic {
        "synthetic reviews"
    } else {
        "reviews"
    };
    progress.say(&format!(
        "{} {kind} from {}; {} are kept back as tomorrow's traffic",
        source.rows, source.name, source.withheld
    ));
    if !source.synthetic {
        progress.say(&recipe.told());
    }
    Ok(Material {
        halves,
        source,
        recipe,
    })
}

async fn turn_twice(
    arguments: &Demo,
    aws: &LocalAws,
    stack: &str,
    progress: &Progress,
    material: Material,
) -> anyhow::Result<Done> {
    let Material {
        halves,
        source,
        recipe,
    } = material;
    let set = &aws.cloud.settings.parameters;
    let margin = policy::gate::Gate::default().balanced_accuracy_margin;
    let stage = Stage {
        account: local::account(aws, stack).await?,
        aws,
        progress,
        reviewers: arguments.reviewers,
    };
    if let Some(folder) = &arguments.pretrained {
        upload_pretrained(&stage.account, folder).await?;
    }
    let mut done = Done {
        source,
        turns: Vec::new(),
        traffic: None,
        review: None,
        threshold: parameters::number(set, "ReviewThreshold", 0.0),
        margin: Some(parameters::number(set, "BalancedAccuracyMargin", margin)),
        endpoint: names::endpoint(stack),
        ended_early: None,
        seconds: 0.0,
        report: PathBuf::new(),
    };

    progress.say("turn 1");
    let key = format!("{}reviews.csv", keys::INCOMING);
    let uploaded = stage.account.put(&key, halves.upload).await?;
    let registration = registration::of_upload(&stage.account, &uploaded).await?;
    let manifest = registration.manifest;
    ensure!(
        manifest.mapping == recipe.mapping,
        "register-dataset reads other columns than the demo: {:?}",
        manifest.mapping
    );
    let first = turn::take(&stage, manifest).await?;
    let approved = first.verdict.decision == Decision::Approved;
    done.turns.push(first);
    if !approved {
        done.ended_early =
            Some("the gate did not approve the first model, so nothing was deployed".to_owned());
        return Ok(done);
    }

    let columns = TextColumns::of(&recipe.mapping);
    let traffic = traffic::send(&stage, &halves.withheld, &columns).await?;
    let review = reviewers::answer(&stage, &traffic, &halves.withheld).await?;
    done.traffic = Some(traffic);
    done.review = Some(review);

    progress.say("turn 2");
    let prepared: Value = stage
        .account
        .invoke("prepare-retraining", &scheduled())
        .await?;
    if prepared["outcome"] != "Prepared" {
        done.ended_early = Some(no_new_part(&prepared));
        return Ok(done);
    }
    let before = done
        .turns
        .iter()
        .map(|turn| turn.manifest.number)
        .max()
        .unwrap_or(0);
    let manifest = registration::after(&stage.account, before).await?;
    done.turns.push(turn::take(&stage, manifest).await?);
    Ok(done)
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
