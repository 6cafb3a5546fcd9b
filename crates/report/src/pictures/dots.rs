//! A point with its interval for each row, on one axis.

use super::frame::{FITS, ROW, Scale, WIDTH, left, percent_tick, tick};
use crate::format::shortened;
use crate::markup::{Anchor, Svg};
use crate::plot::round_step;

#[derive(Clone, Debug, PartialEq)]
pub struct Dots {
    pub axis: Axis,
    /// A value that is marked, and its name.
    pub mark: Option<(String, f64)>,
    pub rows: Vec<Dot>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    Number,
    Share,
    /// The values are differences of shares, shown in percentage points.
    Points,
    /// The values are logarithms of ratios.
    Ratio,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    pub name: String,
    pub low: f64,
    pub value: f64,
    pub high: f64,
    /// The value as it is read.
    pub told: String,
    /// It stands out.
    pub is_marked: bool,
}

/// An interval so many times as long as the middle one does not widen the axis; it ends open.
const LONG: f64 = 4.0;
const TOLD: f64 = 7.2;

pub fn draw(id: &str, dots: &Dots) -> (Svg, String) {
    let left = left(dots.rows.iter().map(|row| &row.name));
    let top = if dots.mark.is_some() { 20.0 } else { 4.0 };
    let bottom = top + dots.rows.len() as f64 * ROW;
    let mut svg = Svg::new(id, WIDTH, bottom + 24.0);
    let told = dots.rows.iter().map(|row| row.told.chars().count()).max();
    let right = WIDTH - TOLD * told.unwrap_or(0) as f64 - 12.0;
    let (first, last) = range(dots);
    let scale = Scale {
        first,
        last,
        left: left + 6.0,
        right,
    };
    match dots.axis {
        Axis::Number => scale.grid(&mut svg, (top, bottom), tick),
        Axis::Share => scale.grid(&mut svg, (top, bottom), percent_tick),
        Axis::Points => scale.grid(&mut svg, (top, bottom), |value, step| {
            tick(value * 100.0, step * 100.0)
        }),
        Axis::Ratio => ratios(&mut svg, &scale, (top, bottom)),
    }
    if let Some((name, value)) = &dots.mark {
        let x = scale.at(*value);
        svg.line("guess", (x, top - 4.0), (x, bottom));
        let (anchor, x) = if x > f64::midpoint(scale.left, right) {
            (Anchor::End, x + 16.0)
        } else {
            (Anchor::Start, x - 16.0)
        };
        svg.text("label", (x, top - 9.0), anchor, name);
    }
    for (place, row) in dots.rows.iter().enumerate() {
        let y = top + (place as f64 + 0.5) * ROW;
        let name = shortened(&row.name, FITS);
        svg.text("label", (left - 10.0, y + 4.5), Anchor::End, &name);
        let ends = [row.low, row.high].map(|end| scale.at(end));
        let [line, point] = if row.is_marked {
            ["interval bad", "point bad"]
        } else {
            ["interval", "point"]
        };
        svg.line(line, (ends[0], y), (ends[1], y));
        for (end, x) in [row.low, row.high].into_iter().zip(ends) {
            if end >= first - 1e-9 && end <= last + 1e-9 {
                svg.line(line, (x, y - 4.0), (x, y + 4.0));
            }
        }
        svg.circle(point, (scale.at(row.value), y), 4.5);
        svg.text("value", (WIDTH, y + 4.5), Anchor::End, &row.told);
    }
    let rows = dots.rows.iter();
    let rows = rows.map(|row| format!("{}: {}", row.name, row.told));
    let described = rows.collect::<Vec<_>>().join("; ");
    (svg, described)
}

/// From one round number to another.
fn range(dots: &Dots) -> (f64, f64) {
    let mut lengths: Vec<f64> = dots.rows.iter().map(|row| row.high - row.low).collect();
    lengths.sort_by(f64::total_cmp);
    let usual = lengths.get(lengths.len() / 2).copied().unwrap_or(0.0);
    let usual = dots
        .rows
        .iter()
        .filter(|row| row.high - row.low <= LONG * usual);
    let ends = usual.flat_map(|row| [row.low, row.high]);
    let values = dots.rows.iter().map(|row| row.value);
    let all = ends
        .chain(values)
        .chain(dots.mark.as_ref().map(|mark| mark.1));
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low > high {
        return (0.0, 1.0);
    }
    let (low, high) = if dots.axis == Axis::Ratio {
        (low.min(0.0), high)
    } else {
        (low, high)
    };
    let step = round_step((high - low).max(1e-6), 6.0);
    ((low / step).floor() * step, (high / step).ceil() * step)
}

/// Lines at 1, 2, 5, 10 and so on, as far as their names have room.
fn ratios(svg: &mut Svg, scale: &Scale, (top, bottom): (f64, f64)) {
    let tens = (0..9).map(|power| 10f64.powi(power));
    let round = tens.flat_map(|ten| [ten, 2.0 * ten, 5.0 * ten]);
    let mut free = f64::MIN;
    for ratio in round.filter(|ratio| (scale.first..=scale.last).contains(&ratio.ln())) {
        let x = scale.at(ratio.ln());
        if x >= free {
            svg.line("grid", (x, top), (x, bottom));
            svg.text(
                "label",
                (x, bottom + 17.0),
                Anchor::Middle,
                &format!("×{ratio}"),
            );
            free = x + 34.0;
        }
    }
}
