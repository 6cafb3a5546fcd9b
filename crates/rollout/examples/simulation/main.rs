//! Comparisons of two models whose difference is known; `peers/rollout/simulate` prints the tables.
//!
//! A run is a stream of labelled rows of one seed. It is looked at until there is a verdict, with ours and with
//! the form that ville and gbstats have.

mod bandit;
mod measure;
mod rules;
#[cfg(test)]
mod tests;
mod world;

use rollout::{Evidence, Row, bets};

use bandit::{Stop, bandits};
use measure::{Share, covered, decided};
use rules::Rule;
use world::World;

/// Of accuracy, challenger minus champion.
const TRUTHS: [f64; 4] = [0.0, -0.02, 0.02, 0.05];

const MARGIN: f64 = 0.02;
const BUDGET: u64 = 20_000;
const FIRST_LOOK: u64 = 200;

fn main() {
    let runs: Option<u64> = std::env::args()
        .nth(1)
        .map(|runs| runs.parse().expect("a number of runs"));
    let runs = runs.unwrap_or(1000);
    verdicts(runs);
    coverage(runs);
    widths();
    rewards(runs);
}

fn verdicts(runs: u64) {
    println!(
        "Verdicts: a look every 50 labels from {FIRST_LOOK} to {BUDGET}, margin {MARGIN}, {runs} runs; \
         promoted / rolled back / median of labels\n"
    );
    println!("| labelled rows | rule | equal | -2 points | +2 points | +5 points |");
    println!("|---|---|---|---|---|---|");
    for world in World::ALL {
        for rule in Rule::ALL {
            // The peers have no weights.
            if rule.is_asymptotic() && world != World::Even {
                continue;
            }
            let cells = TRUTHS.map(|truth| decided(world, rule, truth, 50, runs).to_string());
            println!(
                "| {} | {} | {} |",
                world.name(),
                rule.name(),
                cells.join(" | ")
            );
        }
    }
}

fn rewards(runs: u64) {
    println!(
        "\nBandits: a look and a new share whenever a twentieth more requests came, at most {} rewards, {runs} runs; \
         promoted / rolled back / median of rewards / requests that the better model answered\n",
        bandit::BUDGET
    );
    println!("| ended by | equal | -2 points | +2 points | +5 points |");
    println!("|---|---|---|---|---|");
    for (name, stop) in [
        ("confidence sequence, not worse", Stop::Sequence),
        ("expected loss below .002", Stop::ExpectedLoss(0.002)),
        ("expected loss below .0005", Stop::ExpectedLoss(0.0005)),
    ] {
        let cells = TRUTHS.map(|truth| bandits(stop, truth, runs).to_string());
        println!("| {name} | {} |", cells.join(" | "));
    }
}

fn coverage(runs: u64) {
    println!(
        "\nThe true difference ever left out, a look after each label from {FIRST_LOOK} to {BUDGET}, \
         {runs} runs: by an interval above it / below it\n"
    );
    println!("| labelled rows | effective share | sequence | equal | -2 points | +5 points |");
    println!("|---|---|---|---|---|---|");
    for world in World::ALL {
        let share = world.effective_share();
        for (name, asymptotic) in [("bets", false), ("ville, gbstats", true)] {
            let cells = [0.0, -0.02, 0.05].map(|truth| {
                let covered = covered(world, truth, asymptotic, runs);
                format!(
                    "{} / {}",
                    Share(covered.above, runs),
                    Share(covered.below, runs)
                )
            });
            println!(
                "| {} | {share:.2} | {name} | {} |",
                world.name(),
                cells.join(" | ")
            );
        }
    }
}

/// Of rows as they are expected: equal models that differ on 12 %.
fn widths() {
    println!("\nHalf widths for equal models, points\n");
    println!("| labels | bets | ville, gbstats: narrowest at 5,000 | narrowest here |");
    println!("|---|---|---|---|");
    for rows in [200, 500, 1000, 2000, 5000, 10_000, 20_000u64] {
        let mut evidence = Evidence::default();
        for (champion, challenger, count) in [
            (true, false, rows * 6 / 100),
            (false, true, rows * 6 / 100),
            (true, true, rows - rows * 12 / 100),
        ] {
            let row = Row::paired(champion, challenger, 1.0, 1.0).expect("it is sound");
            evidence.add_many(row, count);
        }
        let ours = bets::interval(&evidence, World::Even.plan().bounds(), 0.05).high;
        let [fixed, here] = [5000.0, rows as f64].map(|narrowest| {
            rules::half_width(
                &evidence,
                rollout::asymptotic::best_precision(narrowest, 0.05),
            )
        });
        println!(
            "| {rows} | {:.2} | {:.2} | {:.2} |",
            100.0 * ours,
            100.0 * fixed,
            100.0 * here
        );
    }
}
