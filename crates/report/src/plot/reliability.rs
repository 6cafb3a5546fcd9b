//! Reliability: how often predictions of a confidence are right. On the diagonal a confidence means
//! what it says; below it the model is too sure.

use crate::format::{count, percent};
use crate::markup::{Anchor, Svg};
use crate::values::{Calibration, Reliability};

use super::axis::ticks;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 50.0;

fn x(confidence: f64) -> f64 {
    LEFT + confidence * (WIDTH - LEFT - RIGHT)
}

fn y(accuracy: f64) -> f64 {
    HEIGHT - BOTTOM - accuracy * (HEIGHT - TOP - BOTTOM)
}

pub fn reliability(id: &str, reliability: &Reliability) -> String {
    let mut svg = Svg::new(id, WIDTH, HEIGHT);
    for share in ticks(0.0, 1.0, 0.2) {
        let label = format!("{:.0} %", share * 100.0);
        svg.line("grid", (LEFT, y(share)), (WIDTH - RIGHT, y(share)));
        svg.text("label", (LEFT - 10.0, y(share) + 4.0), Anchor::End, &label);
        svg.text(
            "label",
            (x(share), HEIGHT - BOTTOM + 20.0),
            Anchor::Middle,
            &label,
        );
    }
    svg.line("guess", (x(0.0), y(0.0)), (x(1.0), y(1.0)));
    svg.text(
        "label",
        (x(0.16), y(0.1)),
        Anchor::Start,
        "says what it means",
    );
    svg.text(
        "label",
        (f64::midpoint(LEFT, WIDTH - RIGHT), HEIGHT - 8.0),
        Anchor::Middle,
        "mean confidence of the predictions in a bin",
    );
    svg.upward(
        "label",
        (14.0, f64::midpoint(TOP, HEIGHT - BOTTOM)),
        "share of them that is right",
    );
    band(&mut svg, &reliability.after);
    curve(&mut svg, "loss turn-1 train", &reliability.before);
    curve(&mut svg, "loss turn-2", &reliability.after);
    let by_chance = reliability.after.calibrated_error;
    let by_chance = by_chance.map(|error| format!(" (by chance up to {})", percent(error)));
    let (before, after) = (
        format!("before: error {}", percent(reliability.before.error)),
        format!(
            "as served, temperature {:.2}: error {}{}",
            reliability.temperature,
            percent(reliability.after.error),
            by_chance.unwrap_or_default()
        ),
    );
    for (row, class, text) in [
        (0.0, "loss turn-1 train", &before),
        (1.0, "loss turn-2", &after),
    ] {
        let height = 14.0 + row * 22.0;
        svg.line(class, (LEFT, height), (LEFT + 26.0, height));
        svg.text("label", (LEFT + 34.0, height + 4.0), Anchor::Start, text);
    }
    svg.finish(
        "Reliability of the confidence",
        &format!(
            "Before the temperature: {}. As served: {}.",
            describe(&reliability.before),
            describe(&reliability.after)
        ),
    )
}

/// Where the points of a calibrated model would lie.
fn band(svg: &mut Svg, calibration: &Calibration) {
    let bins = || {
        calibration
            .bins
            .iter()
            .filter_map(|bin| Some((bin.confidence, bin.calibrated?)))
    };
    let lows = bins().map(|(confidence, (low, _))| (x(confidence), y(low)));
    let highs = bins().map(|(confidence, (_, high))| (x(confidence), y(high)));
    let outline: Vec<(f64, f64)> = lows.chain(highs.rev()).collect();
    if outline.len() > 2 {
        svg.polygon("calibrated", &outline);
    }
}

/// A circle's area is its bin's share of the rows.
fn curve(svg: &mut Svg, class: &str, calibration: &Calibration) {
    let bins = || calibration.bins.iter().filter(|bin| bin.rows > 0);
    let rows: u64 = bins().map(|bin| bin.rows).sum();
    let points: Vec<(f64, f64)> = bins()
        .map(|bin| (x(bin.confidence), y(bin.accuracy)))
        .collect();
    svg.polyline(class, &points);
    for (bin, point) in bins().zip(points) {
        let share = bin.rows as f64 / rows.max(1) as f64;
        svg.circle(
            &class.replace("loss", "end"),
            point,
            2.5 + 11.0 * share.sqrt(),
        );
    }
}

fn describe(calibration: &Calibration) -> String {
    let bins = calibration.bins.iter().filter(|bin| bin.rows > 0);
    let bins: Vec<String> = bins
        .map(|bin| {
            format!(
                "of {} predictions at {} {} are right",
                count(bin.rows),
                percent(bin.confidence),
                percent(bin.accuracy)
            )
        })
        .collect();
    bins.join(", ")
}
