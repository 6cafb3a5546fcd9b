//! Trains many fastText settings on the real reviews and writes what each scored after every epoch: a table in which
//! searches of hyperparameters are replayed. `peers/search/record` says more.

mod reviews;
mod settings;
mod table;
mod training;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use reviews::Reviews;
use table::{Header, Setting, Table};

/// Of training, so that a setting's luck can be told from its worth.
const SEEDS: [u64; 2] = [1, 2];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, settings, epochs] = arguments.as_slice() else {
        bail!("usage: search_table FILE SETTINGS EPOCHS");
    };
    let count = settings.parse().context("SETTINGS is a number")?;
    let epochs: u32 = epochs.parse().context("EPOCHS is a number")?;
    let reviews = std::env::var("REVIEWS").context("REVIEWS names the reviews' CSV file")?;
    let reviews = Reviews::read(Path::new(&reviews))?;
    let header = Header {
        parameters: settings::shown(),
        epochs,
        seeds: SEEDS.to_vec(),
        rows: reviews.counts(),
    };
    let mut table = Table::open(Path::new(path), &header)?;
    let settings = settings::settings(count);
    let missing = settings.into_iter().enumerate();
    let missing: Vec<_> = missing
        .filter(|(number, _)| !table.finished.contains(number))
        .collect();
    eprintln!(
        "{count} settings, {} of them are in {path}",
        count - missing.len()
    );
    let started = Instant::now();
    let of = missing.len();
    for (done, (number, values)) in missing.into_iter().enumerate() {
        let [first, second] = SEEDS;
        let run = |seed| training::run(&reviews, &values, seed, epochs);
        let (first, second) = rayon::join(|| run(first), || run(second));
        let runs = vec![first?, second?];
        table.add(&Setting {
            number,
            values,
            runs,
        })?;
        let passed = started.elapsed().as_secs_f64();
        let left = passed / (done + 1) as f64 * (of - done - 1) as f64;
        eprint!(
            "\r{} of {of} settings, {:.0} min left  ",
            done + 1,
            left / 60.0
        );
    }
    eprintln!();
    Ok(())
}
