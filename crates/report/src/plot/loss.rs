//! Loss by epoch: colour tells the turn, a dashed line is training, a solid one validation.

use crate::markup::{Anchor, Svg};
use crate::values::{Epoch, Turn};

use super::{round_step, ticks};

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 330.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 46.0;

/// Where values land on the paper.
struct Axes {
    first: f64,
    last: f64,
    low: f64,
    high: f64,
}

impl Axes {
    fn x(&self, epoch: f64) -> f64 {
        let span = (self.last - self.first).max(1e-9);
        LEFT + (epoch - self.first) / span * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, loss: f64) -> f64 {
        let span = (self.high - self.low).max(1e-9);
        HEIGHT - BOTTOM - (loss - self.low) / span * (HEIGHT - TOP - BOTTOM)
    }
}

pub fn loss(id: &str, turns: &[Turn]) -> String {
    let mut svg = Svg::new(id, WIDTH, HEIGHT);
    let epochs = || turns.iter().flat_map(|turn| &turn.loss);
    let losses = || {
        epochs()
            .flat_map(|epoch| [Some(epoch.train), epoch.validation])
            .flatten()
    };
    let highest = losses().fold(f64::NEG_INFINITY, f64::max);
    if !highest.is_finite() {
        svg.text(
            "label",
            (WIDTH / 2.0, HEIGHT / 2.0),
            Anchor::Middle,
            "no loss was recorded",
        );
        return svg.finish("Loss by epoch", "No loss was recorded.");
    }
    let lowest = losses().fold(f64::INFINITY, f64::min);
    let step = round_step((highest - lowest).max(0.1), 5.0);
    let axes = Axes {
        first: epochs()
            .map(|epoch| epoch.epoch)
            .fold(f64::INFINITY, f64::min),
        last: epochs()
            .map(|epoch| epoch.epoch)
            .fold(f64::NEG_INFINITY, f64::max),
        low: ((lowest / step).floor() * step).max(0.0),
        high: (highest / step).ceil() * step,
    };
    grid(&mut svg, &axes, step);
    for (index, turn) in turns.iter().enumerate() {
        legend(&mut svg, index);
        line(
            &mut svg,
            &axes,
            &turn.loss,
            &format!("loss turn-{} train", index + 1),
            |epoch| Some(epoch.train),
        );
        line(
            &mut svg,
            &axes,
            &turn.loss,
            &format!("loss turn-{}", index + 1),
            |epoch| epoch.validation,
        );
    }
    svg.finish("Loss by epoch", &describe(turns))
}

fn grid(svg: &mut Svg, axes: &Axes, step: f64) {
    for loss in ticks(axes.low, axes.high, step) {
        svg.line("grid", (LEFT, axes.y(loss)), (WIDTH - RIGHT, axes.y(loss)));
        let digits = usize::from(step < 1.0) + usize::from(step < 0.1);
        let value = format!("{loss:.digits$}");
        svg.text(
            "label",
            (LEFT - 10.0, axes.y(loss) + 4.0),
            Anchor::End,
            &value,
        );
    }
    let step = round_step(axes.last - axes.first, 8.0).max(1.0);
    for epoch in ticks(axes.first, axes.last, step) {
        svg.text(
            "label",
            (axes.x(epoch), HEIGHT - BOTTOM + 20.0),
            Anchor::Middle,
            &format!("{epoch:.0}"),
        );
    }
    svg.text(
        "label",
        (f64::midpoint(LEFT, WIDTH - RIGHT), HEIGHT - 6.0),
        Anchor::Middle,
        "epoch",
    );
    svg.upward(
        "label",
        (14.0, f64::midpoint(TOP, HEIGHT - BOTTOM)),
        "mean cross-entropy per row",
    );
}

fn legend(svg: &mut Svg, index: usize) {
    let y = 12.0 + index as f64 * 22.0;
    let turn = index + 1;
    svg.line(&format!("loss turn-{turn}"), (LEFT, y), (LEFT + 26.0, y));
    svg.text(
        "label",
        (LEFT + 34.0, y + 4.0),
        Anchor::Start,
        &format!("turn {turn}, validation"),
    );
    svg.line(
        &format!("loss turn-{turn} train"),
        (LEFT + 176.0, y),
        (LEFT + 202.0, y),
    );
    svg.text(
        "label",
        (LEFT + 210.0, y + 4.0),
        Anchor::Start,
        &format!("turn {turn}, training"),
    );
}

fn line(
    svg: &mut Svg,
    axes: &Axes,
    epochs: &[Epoch],
    class: &str,
    value: impl Fn(&Epoch) -> Option<f64>,
) {
    let points: Vec<(f64, f64)> = epochs
        .iter()
        .filter_map(|epoch| Some((axes.x(epoch.epoch), axes.y(value(epoch)?))))
        .collect();
    svg.polyline(class, &points);
    if let Some(last) = points.last() {
        svg.circle(&class.replace("loss", "end"), *last, 3.5);
    }
}

fn describe(turns: &[Turn]) -> String {
    let turns = turns.iter().enumerate().filter_map(|(index, turn)| {
        let (first, last) = (turn.loss.first()?, turn.loss.last()?);
        let validation = match last.validation {
            Some(loss) => format!(", validation ends at {loss:.3}"),
            None => String::new(),
        };
        let (from, to) = (first.train, last.train);
        Some(format!(
            "Turn {}: training falls from {from:.3} to {to:.3}{validation}",
            index + 1
        ))
    });
    turns.collect::<Vec<_>>().join(". ")
}
