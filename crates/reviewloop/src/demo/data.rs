//! The rows of a demo: where they come from, how they are read, and whether the gate can decide on them.

use std::collections::BTreeMap;

use anyhow::Context;
use policy::gate::Gate;

use super::parameters::number;
use super::recipe::{self, Recipe};
use crate::arguments::Demo;
use crate::holdout::{self, Holdout, Withheld};
use crate::progress::Progress;
use crate::sample;
use crate::table::Table;

/// The share of the rows held out that no request asks about.
const ANSWERS: f64 = 1.0 / 3.0;

pub struct Data {
    pub holdout: Holdout,
    /// Replayed to the rollouts: neither uploaded nor sent to the endpoint.
    pub answers: Vec<Withheld>,
    /// With `--answers`: a third turn takes what the second rollout has not needed.
    pub has_third_turn: bool,
    pub source: Source,
    pub recipe: Recipe,
}

#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub synthetic: bool,
    pub rows: u64,
    pub withheld: u64,
}

pub fn read(arguments: &Demo) -> anyhow::Result<Data> {
    let (table, name) = match &arguments.data {
        Some(path) => (Table::read(path)?, path.display().to_string()),
        None => (
            Table::parse(sample::csv()?.as_slice())?,
            format!("the bundled generator, seed {}", sample::SEED),
        ),
    };
    let replayed = arguments.answers.as_deref().map(Table::read).transpose()?;
    let recipe = recipe::of(&arguments.columns, &table, replayed.as_ref())
        .with_context(|| format!("{name} cannot be read with these columns"))?;
    let mut holdout = holdout::hold_out(&table, &recipe.mapping)?;
    let of_holdout = holdout.set_aside(ANSWERS);
    let answers = match arguments.answers.as_ref().zip(replayed) {
        Some((path, replayed)) => {
            let answers = holdout::labelled_rows(&replayed, &recipe.mapping)
                .with_context(|| format!("{} cannot be read with these columns", path.display()))?;
            holdout::new_texts(answers, &holdout::labelled_rows(&table, &recipe.mapping)?)
        }
        None => of_holdout,
    };
    let source = Source {
        name,
        synthetic: arguments.data.is_none(),
        rows: holdout.rows,
        withheld: holdout.withheld.len() as u64,
    };
    Ok(Data {
        holdout,
        answers,
        has_third_turn: arguments.answers.is_some(),
        source,
        recipe,
    })
}

impl Data {
    /// Tells what a person did not say.
    pub fn show(&self, parameters: &BTreeMap<String, String>, progress: &Progress) {
        let source = &self.source;
        let kind = if source.synthetic {
            "synthetic reviews"
        } else {
            "reviews"
        };
        progress.say(&format!(
            "{} {kind} from {}; {} are held out and sent to the endpoint later",
            source.rows, source.name, source.withheld
        ));
        if !source.synthetic {
            progress.say(&self.recipe.describe());
        }
        let needed = number(
            parameters,
            "MinimumTestRows",
            Gate::default().minimum_test_rows as f64,
        );
        if let Some(warning) = too_few(self.holdout.test_rows, needed) {
            progress.say(&warning);
        }
    }
}

fn too_few(test_rows: u64, needed: f64) -> Option<String> {
    ((test_rows as f64) < needed).then(|| {
        format!(
            "warning: about {test_rows} of the rows become test rows, and the gate needs {needed:.0} to decide; \
             give more rows, or --parameter MinimumTestRows={test_rows}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_too_few_test_rows_is_warned_of_with_their_number() {
        let warning = too_few(36, 300.0).expect("36 are too few");
        assert!(
            warning.contains("about 36 of the rows") && warning.ends_with("MinimumTestRows=36"),
            "{warning}"
        );
        assert_eq!(too_few(300, 300.0), None);
    }
}
