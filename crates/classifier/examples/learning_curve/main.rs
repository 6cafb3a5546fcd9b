//! Does correcting pay? `peers/learning_curve/run` says what it does.
//!
//! A stack begins with a few random labels. On each of ten days texts arrive, the model of the day classifies them, people
//! are asked about as many as the day's cap of answers allows, and the next model is trained on all labels. Texts that
//! the product's split puts into the test part never arrive: on them every model is scored.

mod arms;
mod asking;
mod crowd;
mod curves;
mod learner;
mod reviews;
mod run;
mod shown;
#[cfg(test)]
mod tests;

use std::path::Path;

use anyhow::{Context, Result, ensure};

use arms::{Arm, arms};
use curves::{Band, Curve};
use reviews::Reviews;

/// Those of the picture.
const SEEDS: u64 = 20;
const PICTURE: &str = "docs/learning-curve.svg";

fn main() -> Result<()> {
    let seeds = match std::env::args().nth(1) {
        Some(seeds) => seeds.parse().context("the argument is a number of seeds")?,
        None => SEEDS,
    };
    ensure!(seeds > 0, "at least one seed is needed");
    let path = std::env::var("REVIEWS").context("REVIEWS names the reviews' CSV file")?;
    let reviews = Reviews::read(Path::new(&path))?;
    let arms = arms();
    let runs: Vec<(Arm, u64)> = arms
        .iter()
        .flat_map(|arm| (0..seeds).map(|seed| (*arm, seed)))
        .collect();
    let curves = curves::side_by_side(&runs, |(arm, seed)| run::run(*arm, &reviews, *seed));
    let curves: Vec<Curve> = curves.into_iter().collect::<Result<_>>()?;
    let of_arms = curves.chunks(usize::try_from(seeds)?);
    let measured: Vec<(Arm, Band)> = arms.into_iter().zip(of_arms.map(Band::of)).collect();
    println!(
        "{} texts arrive, {} are held out; {seeds} seeds\n",
        reviews.stream.len(),
        reviews.held_out.len()
    );
    print!("{}", shown::table(&measured));
    if seeds == SEEDS {
        std::fs::write(PICTURE, shown::picture(&measured))
            .with_context(|| format!("write {PICTURE}"))?;
    }
    Ok(())
}
