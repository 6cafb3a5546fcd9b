//! Values by epoch: colour tells the training, a dashed line is its training rows, a solid one its validation rows, and a
//! ring marks the epoch whose weights were kept.

use crate::format::percent;
use crate::markup::{Anchor, Svg};
use crate::values::{Epoch, Turn};

use super::axis::{round_step, ticks};

/// The epochs of one training, under its name.
pub struct Epochs<'a> {
    pub name: &'a str,
    pub epochs: &'a [Epoch],
}

/// Each turn's training, under the turn's name.
pub fn epochs_of(turns: &[Turn]) -> Vec<Epochs<'_>> {
    let epochs = turns.iter().map(|turn| Epochs {
        name: &turn.name,
        epochs: &turn.epochs,
    });
    epochs.collect()
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 350.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 46.0;

struct Drawing<'a> {
    id: &'a str,
    title: &'a str,
    /// Of the vertical axis.
    name: &'a str,
    /// A value on that axis with so many digits.
    number: fn(f64, usize) -> String,
    description: String,
}

struct Curve {
    name: String,
    class: String,
    points: Vec<(f64, f64)>,
    kept: Option<(f64, f64)>,
}

pub fn loss(id: &str, trainings: &[Epochs]) -> String {
    let curves = trainings.iter().enumerate().flat_map(|(index, one)| {
        let class = format!("loss turn-{}", index + 1);
        let validation = curve(one, "validation", &class, |epoch| epoch.validation);
        let class = format!("{class} train");
        let training = curve(one, "training", &class, |epoch| Some(epoch.train));
        [
            validation,
            Curve {
                kept: None,
                ..training
            },
        ]
    });
    let drawing = Drawing {
        id,
        title: "Loss by epoch",
        name: "mean cross-entropy per row",
        number: |loss, digits| format!("{loss:.digits$}"),
        description: describe_losses(trainings),
    };
    draw(drawing, &curves.collect::<Vec<_>>())
}

pub fn accuracy(id: &str, trainings: &[Epochs]) -> String {
    let curves = trainings.iter().enumerate().map(|(index, one)| {
        let class = format!("loss turn-{}", index + 1);
        curve(one, "validation", &class, |epoch| epoch.balanced_accuracy)
    });
    let drawing = Drawing {
        id,
        title: "Balanced accuracy by epoch",
        name: "balanced accuracy",
        number: |share, digits| format!("{:.*} %", digits.saturating_sub(2), share * 100.0),
        description: describe_accuracies(trainings),
    };
    draw(drawing, &curves.collect::<Vec<_>>())
}

fn curve(one: &Epochs, part: &str, class: &str, value: impl Fn(&Epoch) -> Option<f64>) -> Curve {
    let point = |epoch: &Epoch| Some((epoch.epoch, value(epoch)?));
    Curve {
        name: format!("{}, {part}", one.name),
        class: class.to_owned(),
        points: one.epochs.iter().filter_map(point).collect(),
        kept: one.epochs.iter().find(|epoch| epoch.kept).and_then(point),
    }
}

/// Where values land on the paper.
struct Axes {
    first: f64,
    last: f64,
    low: f64,
    high: f64,
}

impl Axes {
    fn at(&self, (epoch, value): (f64, f64)) -> (f64, f64) {
        let across = (epoch - self.first) / (self.last - self.first).max(1e-9);
        let up = (value - self.low) / (self.high - self.low).max(1e-9);
        (
            LEFT + across * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM),
        )
    }
}

fn draw(drawing: Drawing, curves: &[Curve]) -> String {
    let mut svg = Svg::new(drawing.id, WIDTH, HEIGHT);
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let highest = points().map(|point| point.1).fold(f64::MIN, f64::max);
    if points().next().is_none() {
        let middle = (WIDTH / 2.0, HEIGHT / 2.0);
        svg.text("label", middle, Anchor::Middle, "nothing was recorded");
        return svg.finish(drawing.title, "Nothing was recorded.");
    }
    let lowest = points().map(|point| point.1).fold(f64::MAX, f64::min);
    let step = round_step((highest - lowest).max(0.05), 5.0);
    let axes = Axes {
        first: points().map(|point| point.0).fold(f64::MAX, f64::min),
        last: points().map(|point| point.0).fold(f64::MIN, f64::max),
        low: ((lowest / step).floor() * step).max(0.0),
        high: (highest / step).ceil() * step,
    };
    grid(&mut svg, &axes, step, &drawing);
    for (place, curve) in curves.iter().enumerate() {
        legend(&mut svg, place, curve);
        let points: Vec<_> = curve.points.iter().map(|point| axes.at(*point)).collect();
        svg.polyline(&curve.class, &points);
        let end = curve.class.replace("loss", "end");
        if let Some(last) = points.last() {
            svg.circle(&end, *last, 3.5);
        }
        if let Some(kept) = curve.kept {
            svg.circle(&curve.class.replace("loss", "ring"), axes.at(kept), 7.0);
        }
    }
    if curves.iter().any(|curve| curve.kept.is_some()) {
        let y = 12.0 + 22.0 * curves.len().div_ceil(2) as f64;
        svg.circle("ring", (LEFT + 13.0, y), 6.0);
        svg.text(
            "label",
            (LEFT + 34.0, y + 4.0),
            Anchor::Start,
            "the epoch whose weights were kept",
        );
    }
    svg.finish(drawing.title, &drawing.description)
}

fn grid(svg: &mut Svg, axes: &Axes, step: f64, drawing: &Drawing) {
    let digits = [1.0, 0.1, 0.01, 0.001];
    let digits = digits.iter().filter(|size| step < **size).count();
    for value in ticks(axes.low, axes.high, step) {
        let (_, y) = axes.at((axes.first, value));
        svg.line("grid", (LEFT, y), (WIDTH - RIGHT, y));
        let value = (drawing.number)(value, digits);
        svg.text("label", (LEFT - 10.0, y + 4.0), Anchor::End, &value);
    }
    let step = round_step(axes.last - axes.first, 8.0).max(1.0);
    for epoch in ticks(axes.first, axes.last, step) {
        let place = (axes.at((epoch, axes.low)).0, HEIGHT - BOTTOM + 20.0);
        svg.text("label", place, Anchor::Middle, &format!("{epoch:.0}"));
    }
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    svg.text("label", (middle, HEIGHT - 6.0), Anchor::Middle, "epoch");
    let middle = f64::midpoint(TOP, HEIGHT - BOTTOM);
    svg.upward("label", (14.0, middle), drawing.name);
}

/// Two curves to a line.
fn legend(svg: &mut Svg, place: usize, curve: &Curve) {
    let (left, y) = (
        LEFT + (place % 2) as f64 * 210.0,
        12.0 + (place / 2) as f64 * 22.0,
    );
    svg.line(&curve.class, (left, y), (left + 26.0, y));
    svg.text("label", (left + 34.0, y + 4.0), Anchor::Start, &curve.name);
}

fn describe_losses(trainings: &[Epochs]) -> String {
    let told = trainings.iter().filter_map(|one| {
        let (first, last) = (one.epochs.first()?, one.epochs.last()?);
        let validation = match last.validation {
            Some(loss) => format!(", validation ends at {loss:.3}"),
            None => String::new(),
        };
        let (name, from, to) = (one.name, first.train, last.train);
        Some(format!(
            "{name}: training goes from {from:.3} to {to:.3}{validation}"
        ))
    });
    told.collect::<Vec<_>>().join(". ")
}

fn describe_accuracies(trainings: &[Epochs]) -> String {
    let told = trainings.iter().filter_map(|one| {
        let kept = one.epochs.iter().find(|epoch| epoch.kept)?;
        Some(format!(
            "{}: epoch {:.0} was kept, with {} on the validation rows",
            one.name,
            kept.epoch,
            percent(kept.balanced_accuracy?)
        ))
    });
    told.collect::<Vec<_>>().join(". ")
}
