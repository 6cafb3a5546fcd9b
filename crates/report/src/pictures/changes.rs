//! Shares before and after, one row each.

use super::frame::{FITS, LEFT, ROW, Scale, WIDTH, percent_tick};
use crate::format::shortened;
use crate::markup::{Anchor, Svg};

#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// What the hollow and the full circles are.
    pub before: String,
    pub after: String,
    pub rows: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub name: String,
    pub before: f64,
    pub after: f64,
    /// The change as it is read.
    pub told: String,
    /// It is more than chance.
    pub is_marked: bool,
}

const TOP: f64 = 48.0;
const TOLD: f64 = 7.2;

pub fn draw(id: &str, changes: &Changes) -> (Svg, String) {
    let bottom = TOP + changes.rows.len() as f64 * ROW;
    let mut svg = Svg::new(id, WIDTH, bottom + 24.0);
    for (place, (class, name)) in [("was", &changes.before), ("is", &changes.after)]
        .into_iter()
        .enumerate()
    {
        let y = 10.0 + place as f64 * 18.0;
        svg.circle(class, (LEFT + 5.0, y), 4.5);
        svg.text("label", (LEFT + 16.0, y + 4.5), Anchor::Start, name);
    }
    let told = changes.rows.iter().map(|row| row.told.chars().count()).max();
    let ends = changes.rows.iter().flat_map(|row| [row.before, row.after]);
    let scale = Scale {
        first: 0.0,
        last: ends.fold(0.01, f64::max) * 1.02,
        left: LEFT + 6.0,
        right: WIDTH - TOLD * told.unwrap_or(0) as f64 - 14.0,
    };
    scale.grid(&mut svg, (TOP, bottom), percent_tick);
    for (place, row) in changes.rows.iter().enumerate() {
        let y = TOP + (place as f64 + 0.5) * ROW;
        let name = shortened(&row.name, FITS);
        svg.text("label", (LEFT - 10.0, y + 4.5), Anchor::End, &name);
        let bad = if row.is_marked { " bad" } else { "" };
        let [before, after] = [row.before, row.after].map(|share| scale.at(share));
        svg.line(&format!("change{bad}"), (before, y), (after, y));
        svg.circle("was", (before, y), 4.5);
        svg.circle(&format!("is{bad}"), (after, y), 4.5);
        svg.text("value", (WIDTH, y + 4.5), Anchor::End, &row.told);
    }
    let rows = changes.rows.iter();
    let rows = rows.map(|row| format!("{}: {}", row.name, row.told));
    let described = rows.collect::<Vec<_>>().join("; ");
    (svg, described)
}
