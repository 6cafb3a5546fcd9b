//! The confidence histogram: what lies below the threshold is what people are asked about. A bin
//! that the threshold cuts is drawn in two colours, so that the areas stay true.

use crate::format::count;
use crate::markup::{Anchor, Svg};
use crate::values::{Class, Confidences};

use super::axis::{round_step, ticks};

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 330.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 46.0;
const BIN: f64 = 0.025;

struct Bin {
    low: f64,
    below: u64,
    above: u64,
}

pub fn confidence(id: &str, confidences: &Confidences, classes: &[Class]) -> String {
    let threshold = confidences.threshold;
    // The largest of k probabilities is never below 1/k.
    let floor = (1.0 / classes.len().max(1) as f64 / BIN + 1e-9).floor() * BIN;
    let bins = fill(confidences, floor);
    let highest = bins
        .iter()
        .map(|bin| bin.below + bin.above)
        .max()
        .unwrap_or(0)
        .max(1) as f64;
    let step = round_step(highest, 5.0).max(1.0);
    let top = (highest / step).ceil() * step;
    let x = |value: f64| LEFT + (value - floor) / (1.0 - floor) * (WIDTH - LEFT - RIGHT);
    let y = |rows: f64| HEIGHT - BOTTOM - rows / top * (HEIGHT - TOP - BOTTOM);

    let mut svg = Svg::new(id, WIDTH, HEIGHT);
    for rows in ticks(0.0, top, step) {
        svg.line("grid", (LEFT, y(rows)), (WIDTH - RIGHT, y(rows)));
        svg.text(
            "label",
            (LEFT - 10.0, y(rows) + 4.0),
            Anchor::End,
            &format!("{rows:.0}"),
        );
    }
    for value in ticks(floor, 1.0, 0.1) {
        svg.text(
            "label",
            (x(value), HEIGHT - BOTTOM + 20.0),
            Anchor::Middle,
            &format!("{value:.1}"),
        );
    }
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    svg.text(
        "label",
        (middle, HEIGHT - 6.0),
        Anchor::Middle,
        "confidence (probability of the predicted class)",
    );
    svg.upward(
        "label",
        (14.0, f64::midpoint(TOP, HEIGHT - BOTTOM)),
        "predictions",
    );
    for bin in &bins {
        let (left, width) = (x(bin.low) + 1.0, x(bin.low + BIN) - x(bin.low) - 2.0);
        let (below, all) = (y(bin.below as f64), y((bin.below + bin.above) as f64));
        svg.rect("bar asked", (left, below), (width, y(0.0) - below));
        svg.rect("bar kept", (left, all), (width, below - all));
    }
    svg.line("axis", (LEFT, y(0.0)), (WIDTH - RIGHT, y(0.0)));

    let asked: u64 = bins.iter().map(|bin| bin.below).sum();
    let kept: u64 = bins.iter().map(|bin| bin.above).sum();
    svg.line(
        "threshold",
        (x(threshold), TOP - 34.0),
        (x(threshold), y(0.0)),
    );
    let (left, right) = (x(threshold) - 10.0, x(threshold) + 10.0);
    svg.text(
        "asked-note",
        (left, TOP - 38.0),
        Anchor::End,
        &format!("{} below: people may be asked", count(asked)),
    );
    // Beside a threshold near 1 there is no room to its right: the note moves under the first.
    let (at, anchor) = if x(threshold) > WIDTH - 180.0 {
        ((left, TOP - 18.0), Anchor::End)
    } else {
        ((right, TOP - 38.0), Anchor::Start)
    };
    svg.text(
        "kept-note",
        at,
        anchor,
        &format!("{} at or above {threshold:.2}", count(kept)),
    );
    svg.finish("Confidence of the predictions", &format!(
        "Histogram of {} confidences. {} are below the review threshold of {threshold:.2}, {} at or above it.",
        count(asked + kept), count(asked), count(kept)
    ))
}

fn fill(confidences: &Confidences, floor: f64) -> Vec<Bin> {
    let mut bins = Vec::new();
    let mut low = floor;
    while low < 1.0 - 1e-9 {
        bins.push(Bin {
            low,
            below: 0,
            above: 0,
        });
        low += BIN;
    }
    for value in &confidences.values {
        let bin = bins.iter_mut().rev().find(|bin| *value >= bin.low - 1e-12);
        let Some(bin) = bin else { continue };
        if *value < confidences.threshold {
            bin.below += 1;
        } else {
            bin.above += 1;
        }
    }
    bins
}
