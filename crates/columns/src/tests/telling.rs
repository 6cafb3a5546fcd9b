use policy::random::SplitMix64;

use crate::{Telling, column, telling};

fn of(values: &[String], labels: &[&str]) -> Telling {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    telling(&column("a", &values), &values, labels)
}

#[test]
fn a_column_that_is_the_label_tells_its_entropy() {
    let labels: Vec<&str> = (0..400).map(|n| ["a", "b", "c", "d"][n % 4]).collect();
    let values: Vec<String> = labels.iter().map(|label| format!("code {label}")).collect();
    let found = of(&values, &labels);
    assert!((found.nats - 4f64.ln()).abs() < 1e-12, "{found:?}");
    assert!(
        (found.cost - 9.0 * 400f64.ln() / 2.0 / 400.0).abs() < 1e-12,
        "{found:?}"
    );
    assert!(found.is_worth_its_words());
    // Of one label there is nothing to tell.
    let found = of(&values, &["a"; 400]);
    assert!(
        found.nats.abs() < 1e-12 && !found.is_worth_its_words(),
        "{found:?}"
    );
}

#[test]
fn chance_is_not_worth_its_words_and_a_weak_sign_is_with_enough_rows() {
    let mut random = SplitMix64(7);
    let mut column_of = |rows: usize, kinds: u64, strength: f64| {
        let labels: Vec<&str> = (0..rows).map(|n| ["a", "b"][n % 2]).collect();
        let value = |n: usize, random: &mut SplitMix64| {
            let chance = random.below(kinds);
            let is_told = random.share() < strength;
            if is_told { n as u64 % 2 } else { chance }
        };
        let values: Vec<String> = (0..rows)
            .map(|n| format!("k{}", value(n, &mut random)))
            .collect();
        of(&values, &labels).is_worth_its_words()
    };
    for kinds in [2, 8, 30] {
        for rows in [100, 1_000, 10_000] {
            assert!(!column_of(rows, kinds, 0.0), "{kinds} kinds of {rows} rows");
        }
    }
    assert!(column_of(10_000, 4, 0.1) && !column_of(100, 4, 0.1));
    assert!(column_of(100, 4, 0.9));
}

#[test]
fn numbers_and_missing_values_tell_by_their_words() {
    let labels: Vec<&str> = (0..600).map(|n| if n < 300 { "a" } else { "b" }).collect();
    let numbers: Vec<String> = (0..600).map(|n| (f64::from(n) / 2.0).to_string()).collect();
    assert!((of(&numbers, &labels).nats - 2f64.ln()).abs() < 0.01);
    let missing: Vec<String> = (0..600)
        .map(|n| {
            if n < 300 {
                String::new()
            } else {
                format!("k{}", n % 3)
            }
        })
        .collect();
    assert!((of(&missing, &labels).nats - 2f64.ln()).abs() < 1e-12);
}
