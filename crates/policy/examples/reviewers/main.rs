//! What several answers a text are worth, by simulation; `peers/answers/simulate` prints the tables.
//!
//! A few texts a day come to a few reviewers. Each is answered once, and again while the rule says so; the answers
//! of all days are looked at together, and nothing is known of anybody on the first day.

mod crowd;
mod days;
mod measure;
#[cfg(test)]
mod tests;

use contracts::dataset::Origin;

use crowd::{HONEST, Reviewer};
use days::Plan;

/// Texts, and whether the model has a voice about them.
const TEXTS: [(&str, Origin, bool); 4] = [
    ("audited", Origin::Audit, false),
    ("uncertain, no model", Origin::Uncertain, false),
    ("uncertain, with model", Origin::Uncertain, true),
    ("any, with model", Origin::Upload, true),
];

const CLICKERS: [(&str, Reviewer); 4] = [
    ("any label", Reviewer::Uniform),
    ("labels as others", Reviewer::AsOthers),
    ("always the rarest", Reviewer::Always(0)),
    ("always the commonest", Reviewer::Always(2)),
];

fn main() {
    let seeds: Option<u64> = std::env::args()
        .nth(1)
        .map(|seeds| seeds.parse().expect("a number of seeds"));
    let seeds = seeds.unwrap_or(200);
    labels(seeds.div_ceil(10));
    honest(seeds.div_ceil(2));
    clickers(seeds);
    known(seeds.div_ceil(20));
}

fn labels(seeds: u64) {
    println!("Labels: 1,000 texts in 20 days, {seeds} seeds\n");
    println!("| crowd | texts | answers a text | right | said | three answers, majority: right |");
    println!("|---|---|---|---|---|---|");
    let clicker = with(&HONEST, Reviewer::Uniform);
    for (name, crowd) in [("8 honest", &HONEST), ("7 and a clicker", &clicker)] {
        for (texts, origin, with_voice) in TEXTS {
            let plan = Plan {
                crowd,
                origin,
                with_voice,
                days: 20,
                texts_a_day: 50,
            };
            let labels = measure::labels(plan, seeds);
            println!(
                "| {name} | {texts} | {:.2} | {:.3} | {:.3} | {:.3} |",
                labels.share(labels.answers),
                labels.share(labels.right),
                labels.said / labels.texts as f64,
                labels.share(labels.right_by_majority),
            );
        }
    }
}

fn honest(seeds: u64) {
    println!("\nHonest reviewers: 600 texts in 40 days, a look a day, {seeds} seeds\n");
    println!("| texts | ever accused | at 50 answers: in the interval | within 5 points |");
    println!("|---|---|---|---|");
    for (texts, origin, with_voice) in TEXTS {
        let plan = Plan {
            crowd: &HONEST,
            origin,
            with_voice,
            days: 40,
            texts_a_day: 15,
        };
        let counted = measure::reviewers(plan, seeds);
        println!(
            "| {texts} | {} of {} | {:.3} | {:.3} |",
            counted.wronged,
            counted.honest,
            share(counted.covered, counted.with_50),
            share(counted.within_5_points, counted.with_50),
        );
    }
}

fn clickers(seeds: u64) {
    println!("\nOne who clicks: 400 texts in 40 days, a look a day, {seeds} seeds\n");
    println!("| crowd | texts | clicks | found by 30 answers | by 100 | honest accused |");
    println!("|---|---|---|---|---|---|");
    for honest in [&HONEST[..], &HONEST[2..7], &HONEST[2..6]] {
        for (texts, origin, with_voice) in TEXTS {
            for (clicks, clicker) in CLICKERS {
                let mut crowd = honest.to_vec();
                crowd[1] = clicker;
                let plan = Plan {
                    crowd: &crowd,
                    origin,
                    with_voice,
                    days: 40,
                    texts_a_day: 10,
                };
                let counted = measure::reviewers(plan, seeds);
                println!(
                    "| 1 of {} | {texts} | {clicks} | {:.3} | {:.3} | {} of {} |",
                    crowd.len(),
                    share(counted.found_by_30, counted.clickers),
                    share(counted.found_by_100, counted.clickers),
                    counted.wronged,
                    counted.honest,
                );
            }
        }
    }
}

/// Why no reviewer is judged by texts whose label the others make certain: a text is asked until it is certain, so
/// that several others have answered it mostly where this reviewer was wrong.
fn known(seeds: u64) {
    println!(
        "\nTexts of three answers or more whose label the others make 0.99 probable: 600 in 40 days, {seeds} seeds\n"
    );
    println!("| texts | a reviewer | honest: right | right in all |");
    println!("|---|---|---|---|");
    for (texts, origin, with_voice) in TEXTS {
        let plan = Plan {
            crowd: &HONEST,
            origin,
            with_voice,
            days: 40,
            texts_a_day: 15,
        };
        let known = measure::known(plan, seeds);
        println!(
            "| {texts} | {:.1} | {:.3} | {:.3} |",
            share(known.texts, known.reviewers),
            share(known.right, known.texts),
            share(known.right_in_all, known.answers),
        );
    }
}

/// The crowd with one of them replaced.
fn with(honest: &[Reviewer; 8], clicker: Reviewer) -> [Reviewer; 8] {
    let mut crowd = *honest;
    crowd[3] = clicker;
    crowd
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
