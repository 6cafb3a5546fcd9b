//! Values with the ranges in which they lie, a line each: pictures for a page of tables. A name stands above its line,
//! so that a phone shows all in letters that can be read.

use crate::format::{percent, shortened};
use crate::markup::{Anchor, Svg, escape};
use crate::plot::{round_step, ticks};

#[derive(Clone, Debug, PartialEq)]
pub struct Whiskers {
    pub title: String,
    /// What the lines and their ends are.
    pub caption: String,
    pub unit: Unit,
    pub rows: Vec<Whisker>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Between 0 and 1; the axis ends there.
    Share,
    Seconds,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Whisker {
    pub name: String,
    /// What stands beside the value.
    pub note: String,
    pub low: f64,
    pub value: f64,
    pub high: f64,
    /// Something is wrong with it.
    pub is_marked: bool,
}

const WIDTH: f64 = 460.0;
const SIDE: f64 = 22.0;
const ROW: f64 = 52.0;
const AXIS: f64 = 30.0;
/// Characters of a name beside the value.
const FITS: usize = 30;

/// As figures beside each other; nothing where there is nothing to draw.
pub fn figures(pictures: &[Whiskers]) -> String {
    let drawn = pictures.iter().filter(|it| !it.rows.is_empty());
    let figures = drawn.enumerate().map(|(place, picture)| {
        format!(
            "<figure>\n<figcaption><b>{}</b>{}</figcaption>\n{}\n</figure>\n",
            escape(&picture.title),
            escape(&picture.caption),
            draw(&format!("whiskers-{place}"), picture)
        )
    });
    let figures: String = figures.collect();
    if figures.is_empty() {
        return figures;
    }
    format!("<div class=\"pair stack\">\n{figures}</div>\n")
}

fn draw(id: &str, picture: &Whiskers) -> String {
    let rows = &picture.rows;
    let lowest = rows.iter().map(|row| row.low).fold(f64::MAX, f64::min);
    let highest = rows.iter().map(|row| row.high).fold(0.0, f64::max);
    let (first, last, step) = match picture.unit {
        Unit::Share => ((lowest * 10.0).floor().clamp(0.0, 9.0) / 10.0, 1.0, 0.1),
        Unit::Seconds => {
            let step = round_step(highest.max(1.0), 5.0);
            (0.0, (highest / step).ceil().max(1.0) * step, step)
        }
    };
    let x = |value: f64| SIDE + (value - first) / (last - first) * (WIDTH - 2.0 * SIDE);
    let bottom = rows.len() as f64 * ROW + 4.0;
    let mut svg = Svg::new(id, WIDTH, bottom + AXIS);
    for value in ticks(first, last, step) {
        svg.line("grid", (x(value), 0.0), (x(value), bottom));
        let name = (x(value), bottom + 20.0);
        svg.text("label", name, Anchor::Middle, &tick(picture.unit, value));
    }
    for (place, row) in rows.iter().enumerate() {
        let top = place as f64 * ROW;
        let (name, y) = (top + 18.0, top + 36.0);
        let tone = if row.is_marked { "wrong" } else { "turn-2" };
        svg.text(
            "name",
            (0.0, name),
            Anchor::Start,
            &shortened(&row.name, FITS),
        );
        svg.text(
            "value",
            (WIDTH, name),
            Anchor::End,
            &told(picture.unit, row),
        );
        let line = format!("whisker {tone}");
        svg.line(&line, (x(row.low), y), (x(row.high), y));
        for end in [row.low, row.high] {
            svg.line(&line, (x(end), y - 6.0), (x(end), y + 6.0));
        }
        svg.circle(&format!("end {tone}"), (x(row.value), y), 5.5);
    }
    let described = rows.iter().map(|row| {
        let [low, high] = [row.low, row.high].map(|end| number(picture.unit, end));
        format!(
            "{}: {}, from {low} to {high}.",
            row.name,
            told(picture.unit, row)
        )
    });
    let described: Vec<String> = described.collect();
    svg.finish(&picture.title, &described.join(" "))
}

fn told(unit: Unit, row: &Whisker) -> String {
    let value = number(unit, row.value);
    if row.note.is_empty() {
        return value;
    }
    format!("{value} · {}", row.note)
}

fn number(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Share => percent(value),
        Unit::Seconds => format!("{value:.1} s"),
    }
}

fn tick(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Share => format!("{:.0} %", value * 100.0),
        Unit::Seconds => format!("{value:.0} s"),
    }
}
