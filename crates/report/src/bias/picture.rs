//! One metric: a facet's values below each other over one axis. What is too small to say anything is grey.

use crate::format::shortened;
use crate::markup::{Anchor, Svg};
use crate::plot::{round_step, ticks};
use crate::values::{BiasPicture, BiasState, BiasValue};

const WIDTH: f64 = 400.0;
const LEFT: f64 = 116.0;
const RIGHT: f64 = 62.0;
const ROW: f64 = 26.0;
const AXIS: f64 = 28.0;
/// Characters of a name beside the drawing.
const FITS: usize = 16;

pub fn draw(id: &str, picture: &BiasPicture) -> String {
    let (first, last, step) = axis(picture);
    let x = |value: f64| {
        LEFT + (value.clamp(first, last) - first) / (last - first) * (WIDTH - LEFT - RIGHT)
    };
    let bottom = picture.values.len() as f64 * ROW + 4.0;
    let mut svg = Svg::new(id, WIDTH, bottom + AXIS);
    for value in ticks(first, last, step) {
        svg.line("grid", (x(value), 0.0), (x(value), bottom));
        svg.text(
            "label",
            (x(value), bottom + 18.0),
            Anchor::Middle,
            &tick(value, step),
        );
    }
    svg.line(
        "axis",
        (x(picture.neutral), 0.0),
        (x(picture.neutral), bottom),
    );
    for (place, value) in picture.values.iter().enumerate() {
        let y = (place as f64 + 0.5) * ROW + 2.0;
        let soft = if value.state == BiasState::TooFew {
            "label"
        } else {
            ""
        };
        svg.text(
            soft,
            (LEFT - 12.0, y + 4.0),
            Anchor::End,
            &shortened(&value.name, FITS),
        );
        svg.text(soft, (WIDTH, y + 4.0), Anchor::End, &told(value.value));
        line(&mut svg, value, y, &x);
    }
    let described: Vec<String> = picture.values.iter().map(describe).collect();
    svg.finish(&picture.title, &described.join(" "))
}

fn line(svg: &mut Svg, value: &BiasValue, y: f64, x: &impl Fn(f64) -> f64) {
    let Some(at) = value.value else {
        return;
    };
    let tone = tone(value.state);
    if let Some((low, high)) = value.interval {
        svg.line(&format!("whisker {tone}"), (x(low), y), (x(high), y));
    }
    if let Some(after) = value.after {
        svg.circle("after", (x(after), y), 5.0);
    }
    svg.circle(&format!("end {tone}"), (x(at), y), 4.5);
}

/// What the colours are, where they occur.
pub fn legend<'a>(pictures: impl Iterator<Item = &'a BiasPicture>) -> String {
    let values: Vec<&BiasValue> = pictures.flat_map(|picture| &picture.values).collect();
    let states = [
        (
            BiasState::Biased,
            "the interval leaves out the value without bias",
        ),
        (BiasState::Fair, "the interval holds it"),
        (BiasState::TooFew, "too few rows to say"),
    ];
    let mut items: Vec<(String, &str)> = Vec::new();
    for (state, words) in states {
        if values.iter().any(|value| value.state == state) {
            items.push((format!("end {}", tone(state)), words));
        }
    }
    if values.iter().any(|value| value.after.is_some()) {
        items.push(("after".to_owned(), "after balancing"));
    }
    let items = items.iter().map(|(class, words)| {
        format!(
            "<span><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\"><circle class=\"{class}\" cx=\"7\" cy=\"7\" r=\"5\"/></svg>{words}</span>\n"
        )
    });
    format!("<p class=\"legend\">\n{}</p>\n", items.collect::<String>())
}

fn tone(state: BiasState) -> &'static str {
    match state {
        BiasState::Fair => "turn-2",
        BiasState::Biased => "turn-1",
        BiasState::TooFew => "few",
    }
}

/// From the lowest to the highest that is drawn, the neutral value among them, on round ends.
fn axis(picture: &BiasPicture) -> (f64, f64, f64) {
    let ends = picture.values.iter().flat_map(|value| {
        let interval = value.interval.map(|(low, high)| [low, high]);
        value
            .value
            .into_iter()
            .chain(interval.into_iter().flatten())
            .chain(value.after)
    });
    let ends: Vec<f64> = ends
        .filter(|end| end.is_finite())
        .chain([picture.neutral])
        .collect();
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // All may be alike.
    let step = round_step((high - low).max(1e-3), 3.0);
    let (first, last) = ((low / step).floor() * step, (high / step).ceil() * step);
    (first, if last > first { last } else { first + step }, step)
}

/// With as many digits as tell one tick from the next.
fn tick(value: f64, step: f64) -> String {
    let digits = [1.0, 0.1, 0.01, 0.001]
        .iter()
        .filter(|size| step < **size * 0.999)
        .count();
    format!("{value:.digits$}")
}

pub fn told(value: Option<f64>) -> String {
    match value {
        None => "–".to_owned(),
        Some(value) if value.is_infinite() => if value > 0.0 { "∞" } else { "-∞" }.to_owned(),
        Some(value) if value.abs() < 0.000_05 => "0".to_owned(),
        Some(value) => format!("{value:.4}"),
    }
}

fn describe(value: &BiasValue) -> String {
    let interval = value
        .interval
        .map(|(low, high)| format!(", from {} to {}", told(Some(low)), told(Some(high))));
    let after = value
        .after
        .map(|after| format!(", after balancing {}", told(Some(after))));
    let few = if value.state == BiasState::TooFew {
        ", too few rows to say"
    } else {
        ""
    };
    format!(
        "{}: {}{}{}{few}.",
        value.name,
        told(value.value),
        interval.unwrap_or_default(),
        after.unwrap_or_default()
    )
}
