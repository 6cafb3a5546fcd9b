//! An upload beside the dataset's constraints. The first upload's statistics become them; people edit them later.

use anyhow::{Context, Result};
use constraints::{check, read, suggest};
use contracts::constraints::{CheckType, Severity, Statistics, Violation};
use contracts::dataset::{Check, Part};
use contracts::keys;
use loop_state::objects;

use crate::Deps;

/// The number of the constraints that no person has edited.
const FIRST: u32 = 1;

/// Nothing where the rows are people's answers: they are of the texts that a model doubted, not of what customers write.
pub async fn of_upload(deps: &Deps, part: &Part) -> Result<Option<Check>> {
    if !part.labels.is_empty() {
        return Ok(None);
    }
    let dataset = &deps.config.recipe.dataset;
    let key = keys::statistics(dataset, &part.id);
    let statistics = objects::read::<Statistics>(&deps.bucket, &key).await?;
    let statistics = statistics
        .with_context(|| format!("{key} is missing"))?
        .value;
    let in_force = match in_force(deps).await? {
        Some(in_force) => Some(in_force),
        None if suggested(deps, &statistics).await? => None,
        // Another upload was the first.
        None => self::in_force(deps).await?,
    };
    let (number, violations) = in_force.map_or((FIRST, Vec::new()), |(number, bytes)| {
        (number, violations(&bytes, &statistics))
    });
    Ok(Some(Check {
        constraints: number,
        part: part.id.clone(),
        violations,
        released: None,
    }))
}

/// The constraints of the highest number.
async fn in_force(deps: &Deps) -> Result<Option<(u32, Vec<u8>)>> {
    let dataset = &deps.config.recipe.dataset;
    let listed = objects::list(&deps.bucket, &keys::constraints_prefix(dataset)).await?;
    let numbers = listed.iter();
    let number = numbers
        .filter_map(|key| keys::constraints_number(dataset, key))
        .max();
    let Some(number) = number else {
        return Ok(None);
    };
    let key = keys::constraints(dataset, number);
    let found = objects::read_bytes(&deps.bucket, &key).await?;
    let found = found.with_context(|| format!("{key} was listed and is gone"))?;
    Ok(Some((number, found.value)))
}

/// Constraints that do not read let nothing pass unseen: a person decides.
fn violations(constraints: &[u8], statistics: &Statistics) -> Vec<Violation> {
    match read(constraints) {
        Ok(constraints) => check(&constraints, statistics),
        Err(refused) => vec![Violation {
            feature_name: String::new(),
            constraint_check_type: CheckType::ConstraintsCheck,
            description: refused.to_string(),
            severity: Severity::Hold,
        }],
    }
}

async fn suggested(deps: &Deps, statistics: &Statistics) -> Result<bool> {
    let key = keys::constraints(&deps.config.recipe.dataset, FIRST);
    objects::create(&deps.bucket, &key, &suggest(statistics)).await
}
