//! How the models were trained: algorithm, hyperparameters, and what each epoch came to.

use super::cards::figure;
use super::table::Comparison;
use crate::format::{count, percent, seconds};
use crate::markup::escape;
use crate::plot::{self, Epochs, epochs_of};
use crate::values::{Report, Training, Turn};

pub fn section(report: &Report) -> String {
    if report.turns.is_empty() {
        return String::new();
    }
    let (card, curves) = (card(&report.turns), curves("", &epochs_of(&report.turns)));
    format!("<h2>The training</h2>\n{card}{curves}")
}

/// Nothing where there are no curves: one fit without epochs has none. `prefix` keeps the ids of several on a page apart.
pub fn curves(prefix: &str, trainings: &[Epochs]) -> String {
    if trainings.iter().all(|one| one.epochs.len() < 2) {
        return String::new();
    }
    let loss = figure(
        "Loss by epoch",
        "Mean over all rows of a part, the last partial batch included; validation is scored after the epoch's last update.",
        &plot::loss(&format!("{prefix}loss"), trainings),
    );
    let accuracy = figure(
        "Balanced accuracy by epoch",
        "Of the validation rows, after the epoch's last update. The ring marks the epoch whose weights became the model.",
        &plot::accuracy(&format!("{prefix}epochs"), trainings),
    );
    format!("<div class=\"pair stack\">\n{loss}{accuracy}</div>\n")
}

fn card(turns: &[Turn]) -> String {
    if turns.iter().all(|turn| turn.training.is_none()) {
        return String::new();
    }
    let mut table = Comparison::of(turns);
    let training =
        |cell: fn(&Training) -> String| move |turn: &Turn| turn.training.as_ref().map(cell);
    table.known("algorithm", training(|card| escape(&card.algorithm)));
    table.known("seed", |turn| {
        Some(escape(turn.training.as_ref()?.seed.as_deref()?))
    });
    table.known("kept epoch", |turn| {
        let card = turn.training.as_ref().filter(|card| card.epochs > 0)?;
        Some(format!("{} of {}", card.kept_epoch, card.epochs))
    });
    table.known("training time", training(|card| seconds(card.seconds)));
    table.known("parameters", training(|card| count(card.parameters)));
    table.known("rows of an epoch", training(|card| count(card.train_rows)));
    table.known(
        "validation rows",
        training(|card| count(card.validation_rows)),
    );
    table.known("texts cut at max_seq_length", |turn| {
        let cut = turn.training.as_ref()?.truncation?;
        let share = cut.rows as f64 / cut.of_rows.max(1) as f64;
        let whose = if cut.of_a_member {
            "; BERT cuts them, and the other members read them whole"
        } else {
            ""
        };
        Some(format!(
            "{} ({} of {} are longer than {} tokens{whose})",
            percent(share),
            count(cut.rows),
            count(cut.of_rows),
            cut.max_seq_length
        ))
    });
    table.known("warnings", |turn| {
        let warnings = &turn.training.as_ref()?.warnings;
        let escaped: Vec<String> = warnings.iter().map(|one| escape(one)).collect();
        (!escaped.is_empty()).then(|| escaped.join("<br>"))
    });
    format!(
        "<div class=\"card\">\n<h3>What was trained</h3>\n{}{}{}</div>\n",
        table.finish(),
        details("What it was trained on", turns, |card| &card.inputs),
        details("All hyperparameters", turns, |card| &card.hyperparameters)
    )
}

/// A folded table of values by name; nothing where no turn has any.
fn details(title: &str, turns: &[Turn], of: fn(&Training) -> &Vec<(String, String)>) -> String {
    let mut names: Vec<&str> = Vec::new();
    let all = turns.iter().filter_map(|turn| turn.training.as_ref());
    for (name, _) in all.flat_map(of) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return String::new();
    }
    let mut table = Comparison::of(turns);
    for name in names {
        table.row(&format!("<code>{}</code>", escape(name)), |turn| {
            let mut values = turn.training.iter().flat_map(of);
            let value = values.find(|(known, _)| known == name);
            value.map_or_else(|| "–".to_owned(), |(_, value)| escape(value))
        });
    }
    let table = table.finish();
    format!("<details>\n<summary>{title}</summary>\n{table}</details>\n")
}
