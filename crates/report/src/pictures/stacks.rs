//! A bar for each row, parted by class into shares.

use super::frame::{FITS, ROW, WIDTH, left};
use crate::format::{percent, shortened};
use crate::markup::{Anchor, Svg};

#[derive(Clone, Debug, PartialEq)]
pub struct Stacks {
    /// The parts' names, in order, and their colours.
    pub parts: Vec<(String, Shade)>,
    pub rows: Vec<Stack>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    pub name: String,
    /// One for each part; they add up to 1.
    pub shares: Vec<f64>,
}

/// The colours of classes in an order run from low to high; others have their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    Low,
    Lower,
    Middle,
    Higher,
    High,
    /// The nth of six.
    Kind(usize),
}

impl Shade {
    pub(super) fn class(self) -> String {
        match self {
            Shade::Low => "low".to_owned(),
            Shade::Lower => "lower".to_owned(),
            Shade::Middle => "mid".to_owned(),
            Shade::Higher => "higher".to_owned(),
            Shade::High => "high".to_owned(),
            Shade::Kind(nth) => format!("kind-{}", nth % 6 + 1),
        }
    }

    /// Text on it is the paper's colour.
    fn is_dark(self) -> bool {
        matches!(self, Shade::Low | Shade::High | Shade::Kind(0..5))
    }
}

/// A part that is narrower has no number in it.
const NARROW: f64 = 33.0;
const LEGEND: f64 = 20.0;

pub fn draw(id: &str, stacks: &Stacks) -> (Svg, String) {
    let left = left(stacks.rows.iter().map(|row| &row.name));
    // The legend's lines.
    let mut places = Vec::new();
    let (mut x, mut line) = (left, 0.0);
    for (name, _) in &stacks.parts {
        let width = 18.0 + 6.8 * shortened(name, FITS).chars().count() as f64 + 16.0;
        if x + width > WIDTH + 16.0 && x > left {
            (x, line) = (left, line + 1.0);
        }
        places.push((x, line * LEGEND));
        x += width;
    }
    let top = (line + 1.0) * LEGEND + 8.0;
    let mut svg = Svg::new(id, WIDTH, top + stacks.rows.len() as f64 * ROW + 2.0);
    for ((name, tone), (x, y)) in stacks.parts.iter().zip(places) {
        svg.rect(&tone.class(), (x, y + 2.0), (12.0, 12.0));
        let name = shortened(name, FITS);
        svg.text("label", (x + 18.0, y + 12.5), Anchor::Start, &name);
    }
    for (place, row) in stacks.rows.iter().enumerate() {
        let y = top + place as f64 * ROW;
        let name = shortened(&row.name, FITS);
        svg.text("label", (left - 10.0, y + 13.0), Anchor::End, &name);
        let mut x = left;
        for (share, (_, tone)) in row.shares.iter().zip(&stacks.parts) {
            let width = share * (WIDTH - left);
            // A hair of paper between neighbours.
            svg.rect(&tone.class(), (x, y), ((width - 1.0).max(0.0), ROW - 8.0));
            if width >= NARROW {
                let class = if tone.is_dark() {
                    "inside on-dark"
                } else {
                    "inside"
                };
                let text = format!("{:.0} %", share * 100.0);
                svg.text(class, (x + width / 2.0, y + 12.5), Anchor::Middle, &text);
            }
            x += width;
        }
    }
    let rows = stacks.rows.iter().map(|row| {
        let parts = stacks.parts.iter().zip(&row.shares);
        let parts = parts.map(|((name, _), share)| format!("{name} {}", percent(*share)));
        format!("{}: {}", row.name, parts.collect::<Vec<_>>().join(", "))
    });
    let described = rows.collect::<Vec<_>>().join("; ");
    (svg, described)
}
