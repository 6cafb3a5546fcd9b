use std::collections::{HashMap, HashSet};

use super::*;

fn sample() -> Vec<Review> {
    reviews(SEED, ROWS, policy::split::part)
}

fn written(reviews: &[Review]) -> impl Iterator<Item = &Review> {
    reviews.iter().filter(|review| !review.text.is_empty())
}

#[test]
fn no_sentence_template_appears_in_two_split_parts() {
    let sample = sample();
    let mut parts = HashMap::new();
    for review in written(&sample) {
        let part = policy::split::part(&review.text);
        for template in &review.templates {
            assert_eq!(
                *parts.entry(*template).or_insert(part),
                part,
                "{template:?}"
            );
        }
    }
    let used: HashSet<SplitPart> = parts.into_values().collect();
    assert_eq!(used.len(), 3);
}

#[test]
fn at_least_ninety_five_percent_are_distinct_after_normalisation() {
    let sample = sample();
    let all = written(&sample).count();
    let distinct: HashSet<String> = written(&sample)
        .map(|review| policy::text::normalise(&review.text))
        .collect();
    assert!(
        distinct.len() * 100 >= all * 95,
        "{} of {all}",
        distinct.len()
    );
}

#[test]
fn the_same_seed_writes_the_same_bytes_and_another_seed_does_not() {
    let bytes = |seed| {
        let mut bytes = Vec::new();
        write_csv(&reviews(seed, 200, policy::split::part), &mut bytes).expect("writing to memory");
        bytes
    };
    assert_eq!(bytes(1), bytes(1));
    assert_ne!(bytes(1), bytes(2));
}

#[test]
fn classes_are_skewed_as_stated() {
    let sample = sample();
    for (ratings, share) in [(1..=2, SHARES[0]), (3..=3, SHARES[1]), (4..=5, SHARES[2])] {
        let rows = sample
            .iter()
            .filter(|review| ratings.contains(&review.rating))
            .count();
        let measured = rows as f64 / sample.len() as f64;
        assert!(
            (measured - share).abs() < 0.04,
            "ratings {ratings:?}: {measured}, not {share}"
        );
    }
}

#[test]
fn label_noise_is_what_is_stated_and_only_reaches_the_neighbour() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for class in 0..3 {
        let ratings: Vec<u8> = (0..20_000).map(|_| rate(&mut rng, class)).collect();
        let label = |rating: u8| usize::from(rating >= 3) + usize::from(rating >= 4);
        let wrong = ratings
            .iter()
            .filter(|rating| label(**rating) != class)
            .count();
        let measured = wrong as f64 / 20_000.0;
        assert!(
            (measured - LABEL_NOISE).abs() < 0.005,
            "class {class}: {measured}"
        );
        assert!(
            ratings
                .iter()
                .all(|rating| label(*rating).abs_diff(class) <= 1)
        );
    }
}

#[test]
fn most_neutral_texts_hold_both_praise_and_complaint() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mixed = (0..1_000)
        .filter(|_| {
            let tones = tones(&mut rng, 1);
            tones.contains(&Tone::Praise) && tones.contains(&Tone::Complaint)
        })
        .count();
    assert!(mixed > 700, "{mixed} of 1,000");
}

#[test]
fn the_table_reads_back_with_the_real_sets_columns_quotes_and_line_breaks() {
    let sample = sample();
    let mut bytes = Vec::new();
    write_csv(&sample, &mut bytes).expect("writing to memory");
    let mut csv = csv::Reader::from_reader(bytes.as_slice());
    let header = csv.headers().expect("a header").clone();
    assert_eq!(header.get(4), Some("Review Text"));
    assert_eq!(header.get(5), Some("Rating"));
    assert_eq!(header.get(10), Some("Class Name"));
    let texts: Vec<String> = csv
        .records()
        .map(|record| record.expect("a row")[4].to_owned())
        .collect();
    assert_eq!(texts.len(), ROWS);
    assert!(texts.iter().any(|text| text.contains('"')));
    assert!(texts.iter().any(|text| text.contains('\n')));
    assert!(texts.iter().any(String::is_empty));
    assert!(
        texts
            .iter()
            .zip(&sample)
            .all(|(text, review)| *text == review.text)
    );
}

#[test]
fn lists_of_templates_fill_every_part() {
    for tone in [Tone::Praise, Tone::Complaint, Tone::Lukewarm, Tone::Context] {
        assert_eq!(tone.templates().len() % 10, 0, "{tone:?}");
        let distinct: HashSet<&&str> = tone.templates().iter().collect();
        assert_eq!(distinct.len(), tone.templates().len(), "{tone:?}");
    }
}
