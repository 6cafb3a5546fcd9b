//! Replays this crate's strategies in a table of trainings, which `peers/search/record` makes: prints a line of JSON for
//! each search, the rows that it took in order and how many epochs of each. `peers/search/replay` scores them.

mod table;

use std::error::Error;

use serde_json::json;
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

/// Rows and epochs, in order.
fn search(
    table: &Table,
    strategy: Strategy,
    seed: u64,
) -> Result<Vec<(usize, usize)>, Box<dyn Error>> {
    let study = Study {
        space: table.space.clone(),
        strategy,
        direction: Direction::Maximize,
        warm: Vec::new(),
        seed,
    };
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
