//! A study as a page.

use std::iter;

use contracts::tuning::{Comparison, Mean, Range, Study, StudyState, Trial};
use report::format::percent;
use report::{
    Chart, CoordinateAxis, CoordinateKind, CoordinateLine, Coordinates, Line, Mark, NotedTable,
    StudyPage, Table,
};
use tuning::Space;

use super::curves::Curve;
use super::drawing;
use super::look::{Seen, is_complete};
use super::{importance, settings};
use crate::numbers::{hyperparameter, points, scored};

/// `curves` are the trials', in their order.
pub fn of(seen: &Seen, curves: &[Curve]) -> StudyPage {
    let study = &seen.study;
    let space = importance::space(seen);
    let mut tables = Vec::new();
    if let StudyState::Ended {
        comparison,
        adopted,
        ..
    } = &study.state
    {
        let basis = format!("Compared {}.", settings::basis(comparison));
        tables.push(noted(basis, compared(study, comparison)));
        let next = drawing::next(study, *adopted).join(" ");
        tables.push(noted(
            capital(&next),
            table("What comes next", &[], Vec::new()),
        ));
    }
    tables.push(noted("", both(study)));
    tables.extend(important(seen));
    tables.push(trials(seen));
    StudyPage {
        title: format!("Study {} of dataset version {}", study.name, study.version),
        summary: format!(
            "{} search, {} trials: {}.",
            study.strategy.name(),
            seen.trials.len(),
            drawing::line(seen)
        ),
        tables,
        charts: iter::once(best(&seen.trials))
            .chain(epochs(seen, curves))
            .collect(),
        coordinates: space.map_or_else(Coordinates::default, |space| coordinates(&space, seen)),
    }
}

fn compared(study: &Study, comparison: &Comparison) -> Table {
    let row = |name: &str, mean: &Mean| {
        let scores: Vec<String> = mean.scores.iter().map(|it| format!("{it:.4}")).collect();
        vec![
            name.to_owned(),
            scored(mean.mean, &mean.interval),
            scores.join(", "),
        ]
    };
    let difference = points(comparison.difference, &comparison.interval);
    table(
        format!("The winner is {}", settings::verdict(study, comparison)),
        &[
            "settings",
            "validation balanced accuracy",
            "with other seeds",
        ],
        vec![
            row("winner", &comparison.winner),
            row("present", &comparison.present),
            vec!["difference".to_owned(), difference, String::new()],
        ],
    )
}

/// Without the winner's while nothing was found.
fn both(study: &Study) -> Table {
    let rows = settings::of(study).into_iter();
    let has_winner = study.search().is_some();
    let columns = ["hyperparameter", "present", "winner"];
    let count = if has_winner { 3 } else { 2 };
    let rows = rows.map(|row| row.into_iter().take(count).collect::<Vec<String>>());
    table("The settings", &columns[..count], rows.collect())
}

/// With a capital letter.
fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// `None` where the trials are enough and their scores say nothing.
fn important(seen: &Seen) -> Option<NotedTable> {
    let title = "How much of the score's variation each hyperparameter accounts for";
    let complete = importance::complete(seen);
    if complete < importance::FEWEST {
        let note = format!(
            "{complete} of {} trials ran to their end; importance needs {}.",
            seen.trials.len(),
            importance::FEWEST
        );
        return Some(noted(note, table(title, &[], Vec::new())));
    }
    let rows = importance::shares(seen)?.into_iter();
    let rows = rows.map(|(name, share)| vec![name, percent(share)]);
    let note = format!(
        "By a Gaussian process fitted to the {complete} trials that ran to their end. The shares overlap: what \
         hyperparameters do together counts for each of them, so they may add up to more than 100 %."
    );
    let columns = ["hyperparameter", "share, alone or with the others"];
    Some(noted(note, table(title, &columns, rows.collect())))
}

fn noted(note: impl Into<String>, table: Table) -> NotedTable {
    NotedTable {
        note: note.into(),
        table,
    }
}

fn table(title: impl Into<String>, columns: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table {
        title: title.into(),
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        rows,
    }
}

fn trials(seen: &Seen) -> NotedTable {
    let best = drawing::best(&seen.trials).map(|place| place + 1);
    let names: Vec<&String> = seen.study.ranges.keys().collect();
    let mut columns = ["trial", "status", "score", "seconds"]
        .map(str::to_owned)
        .to_vec();
    columns.extend(names.iter().map(|name| (*name).clone()));
    let rows = (1..)
        .zip(&seen.trials)
        .map(|(number, trial): (usize, &Trial)| {
            let mark = if best == Some(number) { " *" } else { "" };
            let mut row = vec![
                format!("{number}{mark}"),
                trial.status.clone(),
                trial
                    .score
                    .map_or(String::new(), |score| format!("{score:.4}")),
                trial.seconds.map_or(String::new(), |it| format!("{it:.0}")),
            ];
            let value = |name: &&String| trial.hyperparameters.get(*name);
            row.extend(
                names
                    .iter()
                    .map(|name| value(name).map_or(String::new(), |it| hyperparameter(it))),
            );
            row
        });
    let table = Table {
        title: "Trials".to_owned(),
        columns,
        rows: rows.collect(),
    };
    let note = best.map_or("", |_| "* the best trial");
    noted(note, table)
}

fn best(trials: &[Trial]) -> Chart {
    let numbered = |values: Vec<Option<f64>>| -> Vec<(f64, f64)> {
        let numbers = (1..).map(f64::from).zip(values);
        numbers
            .filter_map(|(number, value)| Some((number, value?)))
            .collect()
    };
    let scores = |complete: bool| {
        let of = |trial: &Trial| trial.score.filter(|_| is_complete(trial) == complete);
        numbered(trials.iter().map(of).collect())
    };
    let line = |name: &str, mark, points| Line {
        name: name.to_owned(),
        points,
        mark,
    };
    let best = numbered(drawing::best_so_far(trials));
    let mut lines = vec![
        line("best so far", Mark::Line, best),
        line("ran to its end", Mark::Dots, scores(true)),
        line("stopped early", Mark::Rings, scores(false)),
    ];
    // What did not happen has no place in the legend.
    lines.retain(|line| !line.points.is_empty());
    Chart {
        title: "The best score so far".to_owned(),
        x: "trial".to_owned(),
        y: "validation balanced accuracy".to_owned(),
        lines,
    }
}

/// `None` where no trial has a second epoch.
fn epochs(seen: &Seen, curves: &[Curve]) -> Option<Chart> {
    const KINDS: [&str; 3] = ["the best trial", "stopped early", "the others"];
    let best = seen.study.search().map(|search| search.best.as_str());
    let kind = |trial: &Trial| match trial.status.as_str() {
        _ if best == Some(trial.training_job.as_str()) => KINDS[0],
        "Stopped" => KINDS[1],
        _ => KINDS[2],
    };
    let mut lines: Vec<Line> = seen
        .trials
        .iter()
        .zip(curves)
        .filter(|(_, curve)| !curve.is_empty())
        .map(|(trial, curve)| Line {
            name: kind(trial).to_owned(),
            points: curve.clone(),
            mark: Mark::Line,
        })
        .collect();
    lines.sort_by_key(|line| KINDS.iter().position(|kind| *kind == line.name));
    let has_two = lines.iter().any(|line| line.points.len() > 1);
    has_two.then(|| Chart {
        title: "Each trial by its epochs".to_owned(),
        x: "epoch".to_owned(),
        y: "validation balanced accuracy".to_owned(),
        lines,
    })
}

fn coordinates(space: &Space, seen: &Seen) -> Coordinates {
    let marked = drawing::best(&seen.trials);
    let mut known: Vec<(f64, Vec<f64>, bool)> = seen
        .trials
        .iter()
        .enumerate()
        .filter_map(|(place, trial)| {
            let point = space.point(&trial.hyperparameters).ok()?;
            Some((trial.score?, point, marked == Some(place)))
        })
        .collect();
    known.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (Some(best), Some(worst)) = (known.first(), known.last()) else {
        return Coordinates::default();
    };
    let (high, low) = (best.0, worst.0);
    let ranges = seen.study.ranges.iter();
    let mut axes: Vec<CoordinateAxis> = ranges
        .map(|(name, range)| {
            let (low, high) = ends(range);
            let name = name.clone();
            CoordinateAxis { name, low, high }
        })
        .collect();
    axes.push(CoordinateAxis {
        name: "score".to_owned(),
        low: format!("{low:.4}"),
        high: format!("{high:.4}"),
    });
    let half = known.len().div_ceil(2);
    let lines = known
        .iter()
        .enumerate()
        .map(|(rank, (score, point, is_best))| {
            let mut places = point.clone();
            places.push(if high > low {
                (score - low) / (high - low)
            } else {
                1.0
            });
            let kind = match rank {
                _ if *is_best => CoordinateKind::Best,
                rank if rank < half => CoordinateKind::UpperHalf,
                _ => CoordinateKind::LowerHalf,
            };
            CoordinateLine { places, kind }
        });
    Coordinates {
        lines: lines.collect(),
        axes,
    }
}

/// As they were written.
fn ends(range: &Range) -> (String, String) {
    match range {
        Range::Integer { min, max, .. } | Range::Continuous { min, max, .. } => {
            (min.clone(), max.clone())
        }
        Range::Categorical { values } => {
            let end = |value: Option<&String>| value.cloned().unwrap_or_default();
            (end(values.first()), end(values.last()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn the_page_says_what_the_winner_is_what_comes_next_and_which_trial_was_best() {
        let page = of(&fixture::seen(fixture::trials(3)), &[]);
        assert_eq!(
            page.summary,
            "Bayesian search, 3 trials: the winner is not distinguishable from the present settings."
        );
        let [compared, next, settings, importance, trials] = &page.tables[..] else {
            panic!("{:?}", page.tables)
        };
        assert_eq!(
            compared.table.title,
            "The winner is not distinguishable from the present settings"
        );
        assert!(compared.note.starts_with("Compared by the scores alone: "));
        assert!(next.note.starts_with("Nothing: the present settings stay"));
        assert_eq!(settings.table.rows[0], ["c", "1", "3"]);
        assert_eq!(
            importance.note,
            "3 of 3 trials ran to their end; importance needs 10."
        );
        assert!(importance.table.rows.is_empty());
        let numbers: Vec<&str> = trials
            .table
            .rows
            .iter()
            .map(|row| row[0].as_str())
            .collect();
        assert_eq!(numbers, ["1", "2", "3 *"]);
    }

    #[test]
    fn shares_are_told_with_the_number_of_trials_that_they_are_of() {
        let mut trials = fixture::trials(10);
        trials.insert(0, fixture::stopped(trials[0].clone()));
        let names = best(&trials).lines.into_iter().map(|line| line.name);
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["best so far", "ran to its end", "stopped early"]
        );
        let told = important(&fixture::seen(trials)).unwrap();
        assert!(told.note.contains("the 10 trials"), "{}", told.note);
        assert!(told.note.contains("overlap"), "{}", told.note);
        assert_eq!(told.table.rows.len(), 2);
    }
}
