//! The whole loop on this machine, twice round: upload, train, judge, deploy, predict on rows
//! that were kept back, ask people, train again on their answers, judge against the champion.

#[cfg(test)]
mod fixture;
mod page;
mod result;
mod reviewers;
mod summary;
mod traffic;
mod turn;
mod woken;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use contracts::verdict::Decision;
use contracts::{keys, names};
use local_aws::LocalAws;
use serde_json::{Value, json};

use crate::account::Account;
use crate::arguments::{Demo, Reviewers};
use crate::local::{self, Local};
use crate::output::Output;
use crate::programs::{self, Project};
use crate::progress::Progress;
use crate::withhold::{self, Halves};
use crate::{registration, sample, state};
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
    // Before the build: a file that cannot be used is told at once.
    let (halves, source) = rows(arguments.data.as_deref(), &progress)?;
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
        parameters: parameters(arguments),
    };
    let aws = local.start().await?;
    let woken = woken::show(&aws, stack, &progress);
    let done = turn_twice(arguments, &aws, stack, &progress, halves, source).await;
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

/// What lab 10 asks people below.
const REVIEW_THRESHOLD: f64 = 0.90;

/// The template's defaults are for a model from scratch; these are what BERT's authors fine-tune by.
const FINE_TUNING: [(&str, &str); 3] = [
    ("Epochs", "3"),
    ("TrainBatchSize", "32"),
    ("MaxSeqLength", "64"),
];

/// What a demo sets on top of the template's defaults.
fn parameters(arguments: &Demo) -> BTreeMap<String, String> {
    // Nobody wants to answer two hundred questions to see a loop turn.
    let (cap, minimum) = match arguments.reviewers {
        Reviewers::Simulated => ("200", "20"),
        Reviewers::Browser => ("12", "10"),
    };
    let threshold = REVIEW_THRESHOLD.to_string();
    let mut pairs = vec![
        ("ReviewThreshold", threshold.as_str()),
        ("ApprovalMode", "automatic"),
        ("ReviewDailyCap", cap),
        ("MinimumNewLabels", minimum),
    ];
    if arguments.pretrained.is_some() {
        pairs.push(("PretrainedPrefix", PRETRAINED));
        pairs.extend(FINE_TUNING);
    } else {
        // The better of the two in a demo's time where nothing is pretrained; see DESIGN.md.
        pairs.push(("Algorithm", "fasttext"));
    }
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn rows(data: Option<&Path>, progress: &Progress) -> anyhow::Result<(Halves, Source)> {
    let mapping = withhold::clothing_reviews();
    let (halves, name) = match data {
        Some(path) => (withhold::read(path, &mapping)?, path.display().to_string()),
        None => {
            let csv = sample::csv()?;
            (
                withhold::halve(&csv, &mapping)?,
                format!("the bundled generator, seed {}", sample::SEED),
            )
        }
    };
    let source = Source {
        name,
        synthetic: data.is_none(),
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
    Ok((halves, source))
}

async fn turn_twice(
    arguments: &Demo,
    aws: &LocalAws,
    stack: &str,
    progress: &Progress,
    halves: Halves,
    source: Source,
) -> anyhow::Result<Done> {
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
        threshold: REVIEW_THRESHOLD,
        margin: Some(policy::gate::Gate::default().balanced_accuracy_margin),
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
    if manifest.mapping != withhold::clothing_reviews() {
        bail!(
            "the stack maps other columns than the demo withheld rows by; use the template's defaults"
        );
    }
    let first = turn::take(&stage, manifest).await?;
    let approved = first.verdict.decision == Decision::Approved;
    done.turns.push(first);
    if !approved {
        done.ended_early =
            Some("the gate did not approve the first model, so nothing was deployed".to_owned());
        return Ok(done);
    }

    let texts: Vec<&str> = halves
        .withheld
        .iter()
        .map(|row| row.text.as_str())
        .collect();
    let traffic = traffic::send(&stage, &texts).await?;
    let review = reviewers::answer(&stage, &traffic, &halves.withheld).await?;
    done.traffic = Some(traffic);
    done.review = Some(review);

    progress.say("turn 2");
    let prepared: Value = stage
        .account
        .invoke("prepare-retraining", &scheduled())
        .await?;
    if prepared["outcome"] != "Prepared" {
        done.ended_early = Some(format!("prepare-retraining made no new part: {prepared}"));
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

/// Where the demo puts a pretrained model.
const PRETRAINED: &str = "pretrained/demo/";
