//! The same as a page to be looked at and sent.

use policy::survey::Survey;
use report::{ChartPage, Table};

use super::found::Found;
use super::{invited, pictures, text};

pub fn of(survey: &Survey, found: &Found) -> ChartPage {
    ChartPage {
        title: "The reviewers".to_owned(),
        summary: format!(
            "{}. Agreement: {}.",
            text::queue(survey, found),
            text::agreed(survey)
        ),
        whiskers: pictures::of(survey, found),
        tables: vec![
            reviewers(survey, found),
            confusions(survey),
            disputed(found),
            skipped(found),
            invited(found),
        ]
        .into_iter()
        // What did not happen is no section.
        .filter(|table| !table.rows.is_empty())
        .collect(),
        charts: Vec::new(),
    }
}

fn reviewers(survey: &Survey, found: &Found) -> Table {
    let row = |it: &policy::survey::Reviewer| {
        let quality = &it.quality;
        vec![
            found.name(quality.reviewer).to_owned(),
            quality.answers.to_string(),
            unbroken(&text::right(it)),
            unbroken(&format!("{:.0} s", it.pace.median)),
            quality.suspicion.map(text::suspicion).unwrap_or_default(),
        ]
    };
    let columns = [
        "reviewer",
        "answers",
        "right, with 95 % interval",
        "median time",
        "note",
    ];
    table(
        "Each reviewer",
        &columns,
        survey.reviewers.iter().map(row).collect(),
    )
}

fn confusions(survey: &Survey) -> Table {
    let row = |it: &policy::survey::Confusion| {
        let [one, other] = it.labels.map(str::to_owned);
        vec![one, other, it.texts.to_string()]
    };
    table(
        "Labels that are given to the same text: where the instructions may fail",
        &["label", "and", "texts"],
        survey.confusions.iter().map(row).collect(),
    )
}

fn disputed(found: &Found) -> Table {
    let rows = found.disputed.iter().map(|it| {
        let answers = it.answers.iter();
        let answers: Vec<String> = answers
            .map(|(who, label)| format!("{who}: {label}"))
            .collect();
        vec![
            it.text.clone(),
            answers.join(", "),
            unbroken(&text::decided(it)),
        ]
    });
    table(
        "Disagreements worth reading",
        &["text", "answers", "label"],
        rows.collect(),
    )
}

fn skipped(found: &Found) -> Table {
    let rows = found.skips.iter().map(|it| {
        let who = found.name(&it.worker).to_owned();
        vec![it.text.clone(), it.reason.clone(), who, it.task.to_owned()]
    });
    table(
        "Skipped: what reviewers say is wrong with a task",
        &["text", "reason", "reviewer", "the task is"],
        rows.collect(),
    )
}

fn invited(found: &Found) -> Table {
    let invited = found.invited.iter();
    table(
        "Invited, and not signed in yet",
        &["reviewer", "the invitation is sent again by"],
        invited
            .map(|it| vec![invited::sentence(it), it.command.clone()])
            .collect(),
    )
}

/// In one line, however narrow the page is.
fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}

fn table(title: &str, columns: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table {
        title: title.to_owned(),
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        rows,
    }
}
