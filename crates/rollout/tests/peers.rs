//! Against ville and gbstats; `peers/rollout/record` makes the file again.

#![allow(clippy::unwrap_used, reason = "the helpers of tests, too")]

use rollout::asymptotic::{best_precision, boundary, half_width, rows_expected};
use rollout::bets::{Bounds, log_wealth};
use rollout::quantile::{Places, places, share};
use rollout::{Evidence, Row};
use serde_json::Value;

fn recorded(part: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(include_str!("data/widths.json")).unwrap();
    file[part].as_array().unwrap().clone()
}

fn number(of: &Value, name: &str) -> f64 {
    of[name].as_f64().unwrap()
}

fn whole(of: &Value, name: &str) -> u64 {
    of[name].as_u64().unwrap()
}

#[track_caller]
fn close(found: f64, expected: f64, within: f64) {
    assert!(
        (found / expected - 1.0).abs() < within,
        "{found} is not {expected}"
    );
}

fn counted(wins: u64, losses: u64, ties: u64) -> Evidence {
    let mut evidence = Evidence::default();
    for (champion, challenger, rows) in [
        (false, true, wins),
        (true, false, losses),
        (true, true, ties),
    ] {
        evidence.add_many(Row::paired(champion, challenger, 1.0, 1.0).unwrap(), rows);
    }
    evidence
}

#[test]
fn boundaries_are_villes() {
    for of in recorded("boundaries") {
        let (alpha, narrowest) = (number(&of, "alpha"), number(&of, "narrowest"));
        let precision = number(&of, "precision");
        for (time, expected) in of["times"]
            .as_array()
            .unwrap()
            .iter()
            .zip(of["boundary"].as_array().unwrap())
        {
            let found = boundary(time.as_f64().unwrap(), precision, alpha);
            close(found, expected.as_f64().unwrap(), 1e-9);
        }
        // Theirs is searched for, ours solved: the boundary is flat there.
        let ours = best_precision(narrowest, alpha);
        close(ours, precision, 1e-4);
        close(
            boundary(narrowest, ours, alpha),
            boundary(narrowest, precision, alpha),
            1e-9,
        );
        let expected = rows_expected(1.0, boundary(narrowest, ours, alpha) / narrowest, alpha);
        close(expected, narrowest, 1e-9);
    }
}

#[test]
fn widths_of_paired_rows_are_villes() {
    for of in recorded("ville") {
        let (wins, losses, rows) = (whole(&of, "wins"), whole(&of, "losses"), whole(&of, "rows"));
        let evidence = counted(wins, losses, rows - wins - losses);
        let count = rows as f64;
        let variance = evidence.variance() * count / (count - 1.0);
        let half = half_width(variance, count, number(&of, "precision"), 0.05);
        let (low, high) = (number(&of, "low"), number(&of, "high"));
        close(half, (high - low) / 2.0, 1e-9);
        close(
            1.0 + evidence.difference(),
            1.0 + f64::midpoint(low, high),
            1e-9,
        );
    }
}

#[test]
fn widths_of_two_groups_are_gbstats() {
    for of in recorded("gbstats") {
        let [rows, variance, precision] =
            ["rows", "variance", "precision"].map(|name| number(&of, name));
        let half = half_width(variance, rows, precision, 0.05);
        close(half, number(&of, "half_width"), 1e-9);
    }
}

/// Stakes are a sum where ville integrates.
#[test]
fn wealth_against_an_even_chance_is_villes_bernoulli_test() {
    let everything = Bounds {
        value: 1.0,
        weight: 1.0,
        stake: 1.0,
    };
    for of in recorded("evidence") {
        let evidence = counted(whole(&of, "wins"), whole(&of, "losses"), 0);
        let wealth = log_wealth(&evidence, everything, 0.0).exp();
        close(wealth, number(&of, "wealth"), 0.005);
    }
}

/// Another mixture for other shares than a half: what it promises differs by little.
#[test]
fn shares_are_known_about_as_well_as_by_villes_sequence() {
    for of in recorded("evidence") {
        let (wins, losses) = (whole(&of, "wins"), whole(&of, "losses"));
        let ours = share(wins, wins + losses, 0.05);
        let [low, high] = [0, 1].map(|end| of["share"][end].as_f64().unwrap());
        let (ours, theirs) = (ours.high - ours.low, high - low);
        assert!(ours < 1.15 * theirs, "{ours} for {theirs}");
    }
}

/// Ville takes every count to vary as that of a median does.
#[test]
fn high_quantiles_lie_closer_than_by_villes_sequence() {
    for of in recorded("quantiles") {
        let Places { low, high } = places(whole(&of, "rows"), 0.95, 0.05);
        assert!(low.unwrap() > whole(&of, "low"), "{low:?} in {of}");
        if let Some(theirs) = of["high"].as_u64() {
            assert!(high.unwrap() < theirs, "{high:?} in {of}");
        }
    }
}
