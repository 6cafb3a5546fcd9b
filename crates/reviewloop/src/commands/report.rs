use std::path::Path;

use anyhow::{Context, bail};
use contracts::verdict::Decision;
use policy::shell::at_stack;
use report::{Provenance, Report};
use serde_json::json;
use time::OffsetDateTime;

use crate::account::Account;
use crate::arguments;
use crate::evidence::{self, Evidence, Model};
use crate::output::Output;
use crate::page;

/// One run's page; beside it the run of the champion that it was compared with.
pub async fn report(
    account: &Account,
    arguments: &arguments::Report,
    output: &Output,
) -> anyhow::Result<()> {
    let run = match &arguments.execution {
        Some(id) => evidence::of(account, &evidence::find(account, id).await?).await?,
        None => evidence::read(account, &evidence::newest(account).await?).await?,
    };
    let champion = evidence::of_champion(account, &run).await?;
    let html = ::report::render(&page_of(&run, champion.as_ref()));
    let file = &arguments.output;
    if file == Path::new("-") {
        if output.json {
            bail!("--json and --output - both write to stdout; name a file");
        }
        return output.result(&(), || html);
    }
    std::fs::write(file, html).with_context(|| format!("write {}", file.display()))?;
    let version = run.model.as_ref().map(|model| model.version);
    let result = json!({
        "ok": true,
        "report": file,
        "execution_arn": run.execution.arn,
        "model_version": version,
        "champion_version": champion.and_then(|run| run.model).map(|model| model.version),
    });
    output.result(&result, || {
        format!("{} {}\n", told(&run, &account.stack), file.display())
    })
}

/// The same page of an execution that was read already.
pub async fn write(account: &Account, run: &Evidence, file: &Path) -> anyhow::Result<()> {
    let champion = evidence::of_champion(account, run).await?;
    let html = ::report::render(&page_of(run, champion.as_ref()));
    std::fs::write(file, html).with_context(|| format!("write {}", file.display()))
}

/// A champion of other labels is left out: the page has one list of labels.
fn page_of(run: &Evidence, champion: Option<&Evidence>) -> Report {
    let labels = &run.evaluation.labels;
    let beside = champion.filter(|champion| champion.evaluation.labels == *labels);
    let mut summary = summary(run);
    if let (Some(champion), None) = (champion, beside) {
        summary += &format!(
            " The run of the champion, {}, is not shown: its labels are others ({}).",
            name(champion),
            champion.evaluation.labels.join(", ")
        );
    }
    Report {
        title: match &run.model {
            Some(model) => format!("Model version {}", model.version),
            None => format!("Pipeline execution {}", run.execution.id()),
        },
        summary,
        created: page::created(OffsetDateTime::now_utc()),
        data: provenance(run),
        classes: page::classes(labels),
        turns: beside
            .into_iter()
            .chain([run])
            .map(|run| page::turn(name(run), run, labels, None))
            .collect(),
        confidences: None,
        latency: None,
        people: None,
        seconds: None,
    }
}

fn name(run: &Evidence) -> String {
    match &run.model {
        Some(model) => format!("version {}", model.version),
        None => format!("execution {}", run.execution.id()),
    }
}

fn summary(run: &Evidence) -> String {
    let Some(model) = &run.model else {
        return format!(
            "The execution is {} and registered no model version.",
            run.execution.status
        );
    };
    format!(
        "{} Its approval state is {}.",
        judged(model),
        model.approval
    )
}

/// The summary, and the commands that answer it; a page outlives what it waits for.
pub fn told(run: &Evidence, stack: &str) -> String {
    let waiting = run
        .model
        .as_ref()
        .filter(|model| model.approval == "PendingManualApproval");
    let commands = waiting.map(|model| {
        let approve = format!("reviewloop approve {} --reason WHY", model.version);
        format!(" Decide with: {}, or reject.", at_stack(&approve, stack))
    });
    summary(run) + &commands.unwrap_or_default()
}

fn judged(model: &Model) -> String {
    let version = model.version;
    match model.verdict.as_ref().map(|verdict| verdict.decision) {
        Some(Decision::Approved) => format!("Model version {version} passed the gate."),
        Some(Decision::Rejected) => format!("The gate rejected model version {version}."),
        Some(Decision::Inconclusive) => {
            format!("The gate could not decide on model version {version}; a person may.")
        }
        None => format!("The gate has not judged model version {version} yet."),
    }
}

/// The uploads that the dataset version is made of, the first few by name.
fn provenance(run: &Evidence) -> Provenance {
    const NAMED: usize = 3;
    let Some(dataset) = &run.dataset else {
        return unknown();
    };
    let parts = &dataset.manifest.parts;
    let mut source: Vec<String> = parts
        .iter()
        .take(NAMED)
        .map(|part| part.source_key.clone())
        .collect();
    if parts.len() > NAMED {
        source.push(format!("{} more uploads", parts.len() - NAMED));
    }
    Provenance {
        source: source.join(", "),
        synthetic: false,
        note: String::new(),
        rows: dataset.manifest.rows(),
        withheld: None,
    }
}

fn unknown() -> Provenance {
    Provenance {
        source: "a dataset version that the bucket no longer holds".to_owned(),
        synthetic: false,
        note: String::new(),
        rows: 0,
        withheld: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_runs_page_stands_beside_its_champions() {
        let (mut champion, run) = (
            fixture::evidence(Decision::Approved),
            fixture::evidence(Decision::Inconclusive),
        );
        champion.model.as_mut().expect("set").version = 7;
        let html = ::report::render(&page_of(&run, Some(&champion)));
        for value in [
            "Model version 1",
            "The gate could not decide on model version 1; a person may. Its approval state is PendingManualApproval.",
            "2,406 reviews from incoming/reviews.csv.",
            "Confusion matrix, version 7",
            "Confusion matrix, version 1",
            "s3://bucket/verdicts/00000001/v.json",
        ] {
            assert!(html.contains(value), "{value}");
        }
        assert!(
            !html.contains("sent to the endpoint later"),
            "no rows of a run are held out"
        );
    }

    #[test]
    fn a_champion_of_other_labels_is_left_out_and_named() {
        let (mut champion, run) = (
            fixture::evidence(Decision::Approved),
            fixture::evidence(Decision::Inconclusive),
        );
        champion.model.as_mut().expect("set").version = 7;
        champion.evaluation.labels = ["1", "2", "3", "4"].map(str::to_owned).into();
        champion.evaluation.challenger.confusion = vec![vec![9; 4]; 4];
        let html = ::report::render(&page_of(&run, Some(&champion)));
        assert!(!html.contains("Confusion matrix, version 7"));
        assert!(html.contains(
            "The run of the champion, version 7, is not shown: its labels are others (1, 2, 3, 4)."
        ));
    }

    #[test]
    fn a_version_that_waits_is_told_with_the_command_for_its_stack() {
        let mut run = fixture::evidence(Decision::Inconclusive);
        let command = " Decide with: reviewloop approve 1 --reason WHY --stack mine, or reject.";
        assert!(told(&run, "mine").ends_with(command));
        run.model.as_mut().expect("set").approval = "Approved".to_owned();
        assert!(!told(&run, "mine").contains("Decide with"));
    }

    #[test]
    fn a_run_that_registered_nothing_says_so() {
        let mut run = fixture::evidence(Decision::Approved);
        run.model = None;
        let html = ::report::render(&page_of(&run, None));
        assert!(html.contains("registered no model version"));
        assert!(html.contains("Pipeline execution e1"));
    }
}
