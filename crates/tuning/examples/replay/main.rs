//! Replays this crate's strategies in a table of trainings, which `peers/search/record` makes: prints a line of JSON for
//! each search, the rows that it took in order and how many epochs of each. `peers/search/replay` scores them, after it
//! has compared the first line with its own rules.

mod table;

use std::error::Error;

use serde_json::{Value, json};
use table::Table;
use tuning::{Direction, Hyperband, Rule, State, Strategy, Study, Trial};

/// Each search may spend the epochs of so many whole trainings.
const TRIALS: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(path), Some(seeds)) = (arguments.next(), arguments.next()) else {
        return Err("usage: replay TABLE SEEDS".into());
    };
    let seeds: u64 = seeds.parse()?;
    let table = Table::read(&path)?;
    println!("{}", header(&table)?);
    let hyperband = Hyperband {
        min_resource: 1,
        max_resource: u32::try_from(table.epochs)?,
        ends_itself: true,
    };
    for (name, strategy) in [
        ("random", Strategy::Random),
        ("bayesian", Strategy::Bayesian),
        ("hyperband", Strategy::Hyperband(hyperband)),
    ] {
        for seed in 0..seeds {
            let taken = search(&table, strategy, seed)?;
            println!(
                "{}",
                json!({"searcher": name, "seed": seed, "taken": taken})
            );
        }
    }
    Ok(())
}

/// How a search goes here: what it may spend, and how some points are answered, one after another.
fn header(table: &Table) -> Result<Value, Box<dyn Error>> {
    let study = study(table, Strategy::Random, 0);
    let mut taken = Vec::new();
    let mut answers = Vec::new();
    for values in study.suggest(&[], TRIALS.min(table.rows.len())) {
        let point = study.space.point(&values)?;
        let row = table.nearest_unused(&point, &taken);
        let curves = [0, 1].map(|seed| table.rows[row].curve(seed));
        answers.push(json!({"point": point, "row": row, "curves": curves}));
        taken.push((row, 0));
    }
    let budget = TRIALS * table.epochs;
    Ok(json!({"trials": TRIALS, "budget": budget, "answers": answers}))
}

fn study(table: &Table, strategy: Strategy, seed: u64) -> Study {
    Study {
        space: table.space.clone(),
        strategy,
        direction: Direction::Maximize,
        warm: Vec::new(),
        seed,
    }
}

/// Rows and epochs, in order.
fn search(
    table: &Table,
    strategy: Strategy,
    seed: u64,
) -> Result<Vec<(usize, usize)>, Box<dyn Error>> {
    let study = study(table, strategy, seed);
    let mut history: Vec<Trial> = Vec::new();
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut left = TRIALS * table.epochs;
    while left > 0 && taken.len() < table.rows.len() {
        let suggested = study.suggest(&history, 1);
        let values = suggested.first().ok_or("nothing is suggested")?;
        let row = table.nearest_unused(&study.space.point(values)?, &taken);
        let curve = table.rows[row].curve(seed);
        let mut trial = Trial {
            number: u32::try_from(history.len())?,
            values: table.rows[row].values.clone(),
            state: State::Running,
            curve: Vec::new(),
        };
        let mut stopped = false;
        for value in curve.iter().take(left) {
            trial.curve.push(*value);
            if let Strategy::Hyperband(hyperband) = strategy {
                stopped = Rule::Hyperband(hyperband).should_stop(&trial, &history, study.direction);
            }
            if stopped {
                break;
            }
        }
        let whole = trial.curve.len() == table.epochs;
        trial.state = match trial.curve.last() {
            Some(last) if whole => State::Finished(*last),
            Some(last) if stopped => State::Stopped(Some(*last)),
            _ => State::Failed,
        };
        left -= trial.curve.len().clamp(1, left);
        taken.push((row, trial.curve.len()));
        history.push(trial);
    }
    Ok(taken)
}
