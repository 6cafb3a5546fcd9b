use std::io::{IsTerminal, Write};

use anyhow::Context;

use crate::account::Account;
use crate::arguments;
use crate::aws_cli::Cli;
use crate::output::{self, Output};
use crate::stack;
use crate::status::{Answer, Facts, Status, answer, gather};
use crate::wait;

pub async fn status(
    account: &Account,
    arguments: &arguments::Status,
    output: &Output,
) -> anyhow::Result<()> {
    if arguments.watch {
        return watch(account, output).await;
    }
    let status = answer(&look(account, None).await?);
    output.result(&status, || table(&status))
}

/// The facts, and CloudFormation's status of the stack where it has one.
async fn look(account: &Account, before: Option<&Facts>) -> anyhow::Result<Facts> {
    let cli = Cli {
        program: "aws",
        region: &account.region,
    };
    let (facts, status) =
        tokio::join!(gather(account, before), stack::status(&cli, &account.stack));
    let mut facts = facts?;
    // The rest is worth showing without the AWS CLI, or the right to ask CloudFormation.
    facts.stack.status = status.unwrap_or_default();
    Ok(facts)
}

/// Until Ctrl-C, which is this command's honest end.
async fn watch(account: &Account, output: &Output) -> anyhow::Result<()> {
    tokio::select! {
        ended = again_and_again(account, output) => ended,
        interrupted = tokio::signal::ctrl_c() => interrupted.context("wait for Ctrl-C"),
    }
}

async fn again_and_again(account: &Account, output: &Output) -> anyhow::Result<()> {
    let redraw = !output.json && std::io::stdout().is_terminal();
    let mut before: Option<(Facts, Status)> = None;
    wait::again(async || {
        let (facts, shown) = match &before {
            Some((facts, status)) => (Some(facts), Some(status)),
            None => (None, None),
        };
        let facts = look(account, facts).await?;
        let status = answer(&facts);
        show(&status, shown, redraw, output.json)?;
        before = Some((facts, status));
        Ok(None)
    })
    .await
}

/// In a terminal the whole table again, elsewhere what has changed; as JSON one object a change.
fn show(status: &Status, before: Option<&Status>, redraw: bool, json: bool) -> anyhow::Result<()> {
    if redraw {
        return output::redraw(&format!("{}\nCtrl-C ends this\n", table(status)));
    }
    let text = if json {
        match before {
            Some(before) if before == status => String::new(),
            _ => serde_json::to_string(status)? + "\n",
        }
    } else {
        changes(status, before)
    };
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .context("write the status")
}

fn changes(status: &Status, before: Option<&Status>) -> String {
    let Some(before) = before else {
        return table(status);
    };
    let rows = rows(status).into_iter().zip(rows(before));
    let changed = rows
        .filter(|(now, before)| now != before)
        .map(|((name, answer), _)| {
            answer.map_or_else(|| settled(name), |answer| row(name, answer))
        });
    let new = status
        .told
        .iter()
        .filter(|told| !before.told.contains(told));
    changed.chain(new.map(told)).collect()
}

fn table(status: &Status) -> String {
    let rows = rows(status).into_iter();
    let rows = rows.filter_map(|(name, answer)| Some(row(name, answer?)));
    rows.chain(status.told.iter().map(told)).collect()
}

fn told(notice: &String) -> String {
    format!("{:<12} {notice}\n", "told")
}

fn rows(status: &Status) -> [(&'static str, Option<&Answer>); 11] {
    [
        ("stack", status.stack.as_ref()),
        ("datasets", Some(&status.datasets)),
        ("runs", Some(&status.runs)),
        ("study", status.study.as_ref()),
        ("models", Some(&status.models)),
        ("rollout", status.rollout.as_ref()),
        ("bias", status.bias.as_ref()),
        ("features", status.features.as_ref()),
        ("endpoint", Some(&status.endpoint)),
        ("human loops", Some(&status.human_loops)),
        ("unlabelled", status.unlabelled.as_ref()),
    ]
}

/// A row that stood there and is left out now.
fn settled(name: &str) -> String {
    format!("{name:<12} nothing to tell\n")
}

fn row(name: &str, answer: &Answer) -> String {
    let mut row = format!("{name:<12} {}\n", answer.state);
    for (name, text) in [("evidence", &answer.evidence), ("waits", &answer.waits_for)] {
        if let Some(text) = text {
            row.push_str(&format!("{:<12} {name}: {text}\n", ""));
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use contracts::notice::Told;
    use time::macros::datetime;

    use super::*;
    use crate::status::facts::Stack;

    #[test]
    fn the_stacks_own_status_stands_first_with_its_command_unless_all_is_well() {
        let with = |status: Option<&str>| Facts {
            stack: Stack {
                name: "mine".to_owned(),
                account: "123456789012".to_owned(),
                status: status.map(str::to_owned),
            },
            ..Facts::default()
        };
        let well = answer(&with(Some("UPDATE_COMPLETE")));
        assert_eq!(table(&well), table(&answer(&with(None))));
        let failed = answer(&with(Some("UPDATE_ROLLBACK_FAILED")));
        let shown = table(&failed);
        assert!(
            shown.starts_with("stack        UPDATE_ROLLBACK_FAILED\n"),
            "{shown}"
        );
        let command = "aws cloudformation continue-update-rollback --stack-name mine\n";
        assert!(shown.contains(command), "{shown}");
        let told = changes(&failed, Some(&well));
        assert!(shown.starts_with(&told) && !told.is_empty(), "{told}");
        assert_eq!(
            changes(&well, Some(&failed)),
            "stack        nothing to tell\n"
        );
    }

    #[test]
    fn only_what_has_changed_is_told_again() {
        let before = answer(&Facts::default());
        assert_eq!(changes(&before, None), table(&before));
        assert_eq!(changes(&before, Some(&before)), "");
        let mut facts = Facts::default();
        facts.loops.waiting = 2;
        let now = changes(&answer(&facts), Some(&before));
        assert!(now.starts_with("human loops  2 waiting"), "{now}");
        assert!(
            now.contains("waits: reviewers have 2 tasks to answer"),
            "{now}"
        );
        assert_eq!(now.lines().count(), 2, "{now}");
        assert!(!now.contains("skipped"), "{now}");
        facts.loops.skipped = 3;
        let now = table(&answer(&facts));
        assert!(
            now.contains("0 ended without an answer, 3 skipped, 0 labels"),
            "{now}"
        );

        let told = answer(&facts);
        facts.told.push(Told {
            notice: "dataset version 3: one class -> reviewloop start".to_owned(),
            first_told_at: datetime!(2026-11-22 10:05 UTC),
            told_at: datetime!(2026-11-22 10:05 UTC),
        });
        let now = answer(&facts);
        let line = "told         dataset version 3: one class -> reviewloop start (since 2026-11-22T10:05:00Z)\n";
        assert_eq!(changes(&now, Some(&told)), line);
        assert!(table(&now).ends_with(line));
        assert_eq!(changes(&now, Some(&now)), "");
    }
}
