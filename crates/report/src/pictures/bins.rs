//! How many rows have how much of something.

use super::frame::{Scale, WIDTH, tick};
use crate::format::count;
use crate::markup::{Anchor, Svg};
use crate::plot::{round_step, ticks};

#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    /// Of all bins alike; the first one begins at 0.
    pub width: f64,
    pub rows: Vec<u64>,
    /// The last bin has all greater values too.
    pub is_open: bool,
    /// The axes' names.
    pub x: String,
    pub y: String,
    /// Values that are marked, and their names.
    pub mark: Option<(String, f64)>,
}

const HEIGHT: f64 = 230.0;
const LEFT: f64 = 48.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 44.0;

pub fn draw(id: &str, bins: &Bins) -> (Svg, String) {
    let mut svg = Svg::new(id, WIDTH, HEIGHT);
    let bottom = HEIGHT - BOTTOM;
    let highest = bins.rows.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = round_step(highest, 4.0).max(1.0);
    let high = (highest / step).ceil() * step;
    let y = |rows: f64| bottom - rows / high * (bottom - TOP);
    for value in ticks(0.0, high, step) {
        svg.line("grid", (LEFT, y(value)), (WIDTH, y(value)));
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a number of rows"
        )]
        let text = count(value.round() as u64);
        svg.text("label", (LEFT - 8.0, y(value) + 4.0), Anchor::End, &text);
    }
    let scale = Scale {
        first: 0.0,
        last: bins.width * bins.rows.len() as f64,
        left: LEFT,
        right: WIDTH - 14.0,
    };
    for (place, rows) in bins.rows.iter().enumerate() {
        let from = scale.at(place as f64 * bins.width);
        let to = scale.at((place + 1) as f64 * bins.width);
        let is_last = bins.is_open && place + 1 == bins.rows.len();
        let class = if is_last { "bar faint" } else { "bar plain" };
        let top = y(*rows as f64);
        svg.rect(class, (from + 0.5, top), (to - from - 1.0, bottom - top));
    }
    let step = round_step(scale.last, 6.0).max(bins.width);
    for value in ticks(0.0, scale.last, step) {
        let text = tick(value, step);
        svg.text(
            "label",
            (scale.at(value), bottom + 16.0),
            Anchor::Middle,
            &text,
        );
    }
    svg.line("axis", (LEFT, bottom), (WIDTH, bottom));
    if let Some((name, value)) = &bins.mark {
        let x = scale.at(*value);
        svg.line("threshold", (x, 16.0), (x, bottom));
        svg.text("label", (x + 6.0, 24.0), Anchor::Start, name);
    }
    svg.text("label", (WIDTH, HEIGHT - 6.0), Anchor::End, &bins.x);
    svg.text("label", (0.0, 12.0), Anchor::Start, &bins.y);
    let described = format!(
        "{} by {}, in {} bins of {}; at most {highest:.0} in one.",
        bins.y,
        bins.x,
        bins.rows.len(),
        bins.width
    );
    (svg, described)
}
