//! The bundled sample: synthetic clothing reviews from a seed, in the columns of the public
//! "Women's E-Commerce Clothing Reviews" set, so that one mapping reads both.
//!
//! It is a fair exam: no sentence template appears in two split parts ([`phrases`]), the neutral
//! class lives on mixed signals, and a stated share of the labels is wrong. It is no substitute
//! for real reviews, and is called synthetic wherever it shows.

mod phrases;

use std::io::Write;

use anyhow::Context;
use contracts::dataset::SplitPart;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use phrases::{GARMENTS, Garment, Tone, words};

/// Rows and seed of the demo: the same everywhere, so that two people can compare.
pub const ROWS: usize = 3_000;
pub const SEED: u64 = 20_261_122;
/// The share of rows whose rating belongs to the class next to the one that was written.
pub const LABEL_NOISE: f64 = 0.03;
/// The share of rows without a text, as in the real set; they end in quarantine.
pub const EMPTY: f64 = 0.004;

/// Shares of negative, neutral and positive: skewed as shops are, less than the real set's
/// 10 : 12 : 77, which would leave a test set of this size with fifty negatives.
const SHARES: [f64; 3] = [0.19, 0.21, 0.60];

/// One row. `templates` tells the sentences' origin, for the tests.
#[derive(Debug, Clone)]
pub struct Review {
    pub text: String,
    pub rating: u8,
    garment: usize,
    age: u32,
    feedback: u32,
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the tests follow a template through the parts")
    )]
    templates: Vec<&'static str>,
}

/// The demo's table.
pub fn csv() -> anyhow::Result<Vec<u8>> {
    let mut csv = Vec::new();
    write_csv(&reviews(SEED, ROWS, policy::split::part), &mut csv).context("write the sample")?;
    Ok(csv)
}

/// `rows` reviews. `split` is the product's own: texts are drawn until the part that their hash
/// gives them is the part that owns their templates.
pub fn reviews(seed: u64, rows: usize, split: impl Fn(&str) -> SplitPart) -> Vec<Review> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..rows).map(|_| review(&mut rng, &split)).collect()
}

fn review(rng: &mut ChaCha8Rng, split: &impl Fn(&str) -> SplitPart) -> Review {
    let class = pick_class(rng.random());
    let garment = rng.random_range(0..GARMENTS.len());
    let (text, templates) = if rng.random_bool(EMPTY) {
        (String::new(), Vec::new())
    } else {
        write_text(rng, class, &GARMENTS[garment], split)
    };
    Review {
        text,
        rating: rate(rng, class),
        garment,
        age: rng.random_range(19..78),
        feedback: if rng.random_bool(0.6) {
            0
        } else {
            rng.random_range(1..24)
        },
        templates,
    }
}

/// 0 negative, 1 neutral, 2 positive.
fn pick_class(draw: f64) -> usize {
    if draw < SHARES[0] {
        0
    } else if draw < SHARES[0] + SHARES[1] {
        1
    } else {
        2
    }
}

/// The rating that goes with a class, or now and then with its neighbour.
fn rate(rng: &mut ChaCha8Rng, class: usize) -> u8 {
    let class = match class {
        other if !rng.random_bool(LABEL_NOISE) => other,
        1 => *[0, 2].choose(rng).expect("two neighbours"),
        _ => 1,
    };
    match class {
        0 => *[1, 2, 2].choose(rng).expect("not empty"),
        1 => 3,
        _ => *[4, 5, 5].choose(rng).expect("not empty"),
    }
}

fn write_text(
    rng: &mut ChaCha8Rng,
    class: usize,
    garment: &Garment,
    split: &impl Fn(&str) -> SplitPart,
) -> (String, Vec<&'static str>) {
    let part = pick_part(rng.random());
    loop {
        let (text, templates) = compose(rng, class, garment, part);
        if split(&text) == part {
            return (text, templates);
        }
    }
}

/// The split's own fractions: anything else would leave texts to reject for longer.
fn pick_part(draw: f64) -> SplitPart {
    if draw < 0.7 {
        SplitPart::Train
    } else if draw < 0.8 {
        SplitPart::Validation
    } else {
        SplitPart::Test
    }
}

/// Sentences of a review: positive and negative ones mostly agree with themselves, neutral ones
/// do not.
fn tones(rng: &mut ChaCha8Rng, class: usize) -> Vec<Tone> {
    use Tone::{Complaint, Context, Lukewarm, Praise};
    let (own, other) = if class == 0 {
        (Complaint, Praise)
    } else {
        (Praise, Complaint)
    };
    let draw = rng.random_range(0..10);
    let mut tones = if class == 1 {
        match draw {
            0..4 => vec![Praise, Complaint],
            4..8 => vec![Praise, Complaint, Lukewarm],
            _ => vec![Lukewarm, Lukewarm],
        }
    } else {
        match draw {
            0..2 => vec![own],
            2..7 => vec![own, own],
            7 => vec![own, own, other],
            8 => vec![own, Lukewarm],
            _ => vec![own, own, own],
        }
    };
    if class == 1 && rng.random_bool(0.5) {
        tones.swap(0, 1);
    }
    if rng.random_bool(0.6) {
        tones.insert(rng.random_range(0..=tones.len()), Context);
    }
    tones
}

fn compose(
    rng: &mut ChaCha8Rng,
    class: usize,
    garment: &Garment,
    part: SplitPart,
) -> (String, Vec<&'static str>) {
    let mut templates = Vec::new();
    let mut sentences = Vec::new();
    for tone in tones(rng, class) {
        let all = tone.templates();
        let index = loop {
            let index = rng.random_range(0..all.len());
            if owner(index) == part && !templates.contains(&all[index]) {
                break index;
            }
        };
        templates.push(all[index]);
        sentences.push(fill(rng, all[index], tone, garment));
    }
    let pause = if rng.random_bool(0.04) { "\n\n" } else { " " };
    (sentences.join(pause), templates)
}

/// The part that owns the template at this place of its list.
fn owner(index: usize) -> SplitPart {
    match index % 10 {
        0..7 => SplitPart::Train,
        7 => SplitPart::Validation,
        _ => SplitPart::Test,
    }
}

fn fill(rng: &mut ChaCha8Rng, template: &str, tone: Tone, garment: &Garment) -> String {
    let mut sentence = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (slot, after) = after.split_once('}').expect("templates close their slots");
        sentence.push_str(before);
        sentence.push_str(match slot {
            "garment" => garment.word,
            slot => words(slot, tone).choose(rng).expect("every slot has words"),
        });
        rest = after;
    }
    sentence.push_str(rest);
    sentence
}

/// The reviews as CSV, header first.
pub fn write_csv(reviews: &[Review], out: impl Write) -> Result<(), csv::Error> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "",
        "Clothing ID",
        "Age",
        "Title",
        "Review Text",
        "Rating",
        "Recommended IND",
        "Positive Feedback Count",
        "Division Name",
        "Department Name",
        "Class Name",
    ])?;
    for (index, review) in reviews.iter().enumerate() {
        let garment = &GARMENTS[review.garment];
        csv.write_record([
            index.to_string().as_str(),
            (800 + review.garment).to_string().as_str(),
            review.age.to_string().as_str(),
            "",
            review.text.as_str(),
            review.rating.to_string().as_str(),
            if review.rating > 3 { "1" } else { "0" },
            review.feedback.to_string().as_str(),
            "General",
            garment.department,
            garment.class,
        ])?;
    }
    csv.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests;
