//! What a review threshold buys: the higher it is, the fewer predictions are left to the model and
//! the more often those are right.

use crate::format::percent;
use crate::markup::{Anchor, Svg};
use crate::values::CoveragePoint;

use super::axis::{round_step, ticks};

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 40.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 50.0;

/// `threshold` is what people set, if they did.
pub fn coverage(id: &str, points: &[CoveragePoint], threshold: Option<f64>) -> String {
    let known: Vec<&CoveragePoint> = points
        .iter()
        .filter(|point| point.accuracy.is_some())
        .collect();
    let lowest = known
        .iter()
        .filter_map(|point| point.accuracy)
        .map(|accuracy| accuracy.low)
        .fold(1.0, f64::min);
    let step = round_step(1.0 - lowest, 5.0).max(0.02);
    let low = ((lowest / step).floor() * step).clamp(0.0, 1.0 - step);
    let x = |coverage: f64| LEFT + coverage * (WIDTH - LEFT - RIGHT);
    let y =
        |accuracy: f64| HEIGHT - BOTTOM - (accuracy - low) / (1.0 - low) * (HEIGHT - TOP - BOTTOM);
    let mut svg = Svg::new(id, WIDTH, HEIGHT);
    for accuracy in ticks(low, 1.0, step) {
        svg.line("grid", (LEFT, y(accuracy)), (WIDTH - RIGHT, y(accuracy)));
        let label = format!("{:.0} %", accuracy * 100.0);
        svg.text(
            "label",
            (LEFT - 10.0, y(accuracy) + 4.0),
            Anchor::End,
            &label,
        );
    }
    for share in ticks(0.0, 1.0, 0.2) {
        let label = format!("{:.0} %", share * 100.0);
        svg.text(
            "label",
            (x(share), HEIGHT - BOTTOM + 20.0),
            Anchor::Middle,
            &label,
        );
    }
    svg.text(
        "label",
        (f64::midpoint(LEFT, WIDTH - RIGHT), HEIGHT - 8.0),
        Anchor::Middle,
        "share of the test rows that is left to the model",
    );
    svg.upward(
        "label",
        (14.0, f64::midpoint(TOP, HEIGHT - BOTTOM)),
        "share of those that is right",
    );
    let set = threshold.and_then(|threshold| {
        let at = |point: &&&CoveragePoint| (point.threshold - threshold).abs() < 1e-9;
        known.iter().find(at).copied()
    });
    if let Some((point, accuracy)) = set.and_then(|point| Some((point, point.accuracy?))) {
        svg.line(
            "threshold",
            (x(point.coverage), TOP - 24.0),
            (x(point.coverage), y(low)),
        );
        let note = format!(
            "threshold {:.2}: {} left to the model, {} right",
            point.threshold,
            percent(point.coverage),
            percent(accuracy.value)
        );
        svg.line("threshold", (LEFT, 14.0), (LEFT + 26.0, 14.0));
        svg.text("asked-note", (LEFT + 34.0, 18.0), Anchor::Start, &note);
    }
    let line: Vec<(f64, f64)> = known
        .iter()
        .filter_map(|point| Some((x(point.coverage), y(point.accuracy?.value))))
        .collect();
    svg.polyline("loss turn-2", &line);
    let mut labelled = f64::INFINITY;
    for point in known {
        let Some(accuracy) = point.accuracy else {
            continue;
        };
        let at = x(point.coverage);
        svg.line(
            "whisker turn-2",
            (at, y(accuracy.low)),
            (at, y(accuracy.high)),
        );
        svg.circle("end turn-2", (at, y(accuracy.value)), 4.5);
        // Thresholds that leave nearly the same rows would be printed over each other.
        if labelled - at > 34.0 {
            let name = format!("{:.2}", point.threshold);
            svg.text(
                "value",
                (at + 7.0, y(accuracy.high) + 4.0),
                Anchor::Start,
                &name,
            );
            labelled = at;
        }
    }
    svg.finish(
        "Coverage and accuracy by review threshold",
        &describe(points),
    )
}

fn describe(points: &[CoveragePoint]) -> String {
    let points = points.iter().map(|point| match point.accuracy {
        Some(accuracy) => format!(
            "At {:.2}: {} of the rows are left to the model, {} of them right",
            point.threshold,
            percent(point.coverage),
            crate::format::interval(&accuracy)
        ),
        None => format!("At {:.2}: none are left", point.threshold),
    });
    points.collect::<Vec<_>>().join(". ")
}
