//! A bar for each row, as long as its number.

use super::frame::{FITS, ROW, WIDTH, left};
use crate::format::shortened;
use crate::markup::{Anchor, Svg};

#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    pub rows: Vec<Bar>,
    /// What the longest bar would be; 0: the longest there is.
    pub full: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub name: String,
    pub value: f64,
    /// The value as it is read.
    pub told: String,
    /// Something is wrong with it.
    pub is_marked: bool,
}

/// Widths of a told value's characters.
const TOLD: f64 = 7.0;

pub fn draw(id: &str, bars: &Bars) -> (Svg, String) {
    let left = left(bars.rows.iter().map(|row| &row.name));
    let height = bars.rows.len() as f64 * ROW + 6.0;
    let mut svg = Svg::new(id, WIDTH, height);
    let told = bars.rows.iter().map(|row| row.told.chars().count()).max();
    let room = WIDTH - left - TOLD * told.unwrap_or(0) as f64 - 10.0;
    let longest = bars.rows.iter().map(|row| row.value);
    let longest = longest.fold(bars.full, f64::max).max(f64::MIN_POSITIVE);
    for (place, row) in bars.rows.iter().enumerate() {
        let y = place as f64 * ROW + 4.0;
        let length = row.value / longest * room;
        let name = shortened(&row.name, FITS);
        svg.text("label", (left - 10.0, y + 13.0), Anchor::End, &name);
        let class = if row.is_marked {
            "bar bad"
        } else {
            "bar plain"
        };
        if row.value > 0.0 {
            svg.rect(class, (left, y), (length.max(1.5), ROW - 8.0));
        }
        let end = (left + length + 7.0, y + 13.0);
        svg.text("value", end, Anchor::Start, &row.told);
    }
    svg.line("axis", (left, 0.0), (left, height - 2.0));
    let rows = bars.rows.iter();
    let rows = rows.map(|row| format!("{}: {}", row.name, row.told));
    (svg, rows.collect::<Vec<_>>().join("; "))
}
