//! Balanced accuracy of each turn with its 95 % interval, against what guessing scores and what
//! the gate asks for.

use crate::format::percent;
use crate::markup::{Anchor, Svg};
use crate::values::Turn;

use super::axis::ticks;

const WIDTH: f64 = 1160.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 40.0;
const ROW: f64 = 46.0;

/// `guess` is the score of always giving the same answer.
pub fn intervals(id: &str, turns: &[Turn], guess: f64) -> String {
    let height = TOP + turns.len() as f64 * ROW + 44.0;
    let low = ((guess - 0.03) * 20.0).floor() / 20.0;
    let x = |value: f64| LEFT + (value - low) / (1.0 - low) * (WIDTH - LEFT - RIGHT);
    let bottom = height - 34.0;
    let mut svg = Svg::new(id, WIDTH, height);
    for value in ticks(low, 1.0, 0.1) {
        svg.line("grid", (x(value), TOP - 4.0), (x(value), bottom));
        svg.text(
            "label",
            (x(value), bottom + 20.0),
            Anchor::Middle,
            &format!("{:.0} %", value * 100.0),
        );
    }
    // To either side of their lines: with many classes these stand close together.
    svg.line("guess", (x(guess), 22.0), (x(guess), bottom));
    let text = format!("guessing {}", percent(guess));
    svg.text("label", (x(guess) + 4.0, 14.0), Anchor::End, &text);
    if let Some(floor) = turns
        .iter()
        .filter_map(|turn| turn.gate.as_ref()?.floor)
        .next_back()
    {
        svg.line("threshold", (x(floor), 22.0), (x(floor), bottom));
        let text = format!("the gate asks for {}", percent(floor));
        svg.text("label", (x(floor) - 4.0, 14.0), Anchor::Start, &text);
    }
    for (index, turn) in turns.iter().enumerate() {
        let y = TOP + (index as f64 + 0.5) * ROW;
        let score = &turn.evaluation.balanced_accuracy;
        let class = format!("turn-{}", index + 1);
        svg.text("name", (LEFT - 14.0, y + 5.0), Anchor::End, &turn.name);
        svg.line(
            &format!("whisker {class}"),
            (x(score.low), y),
            (x(score.high), y),
        );
        for end in [score.low, score.high] {
            svg.line(
                &format!("whisker {class}"),
                (x(end), y - 7.0),
                (x(end), y + 7.0),
            );
        }
        svg.circle(&format!("end {class}"), (x(score.value), y), 6.5);
        svg.text(
            "value",
            (x(score.value), y - 13.0),
            Anchor::Middle,
            &percent(score.value),
        );
    }
    let parts = turns.iter().map(|turn| {
        let score = crate::format::interval(&turn.evaluation.balanced_accuracy);
        format!("{}: {score}", turn.name)
    });
    let text = parts.collect::<Vec<_>>().join(", ");
    svg.finish(
        "Balanced accuracy with 95 % intervals",
        &format!("{text}. Guessing scores {}.", percent(guess)),
    )
}
