//! Where the middle half and the middle nine tenths of each class lie.

use super::frame::{FITS, Scale, WIDTH, left, tick};
use super::stacks::Shade;
use crate::format::shortened;
use crate::markup::{Anchor, Svg};

#[derive(Clone, Debug, PartialEq)]
pub struct Boxes {
    pub x: String,
    pub rows: Vec<Spread>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    pub name: String,
    pub tone: Shade,
    pub p5: f64,
    pub p25: f64,
    pub p50: f64,
    pub p75: f64,
    pub p95: f64,
}

const ROW: f64 = 42.0;
const BOX: f64 = 20.0;

pub fn draw(id: &str, boxes: &Boxes) -> (Svg, String) {
    let left = left(boxes.rows.iter().map(|row| &row.name));
    let bottom = boxes.rows.len() as f64 * ROW + 6.0;
    let mut svg = Svg::new(id, WIDTH, bottom + 40.0);
    let scale = Scale {
        first: 0.0,
        last: boxes.rows.iter().map(|row| row.p95).fold(1.0, f64::max) * 1.04,
        left,
        right: WIDTH - 8.0,
    };
    scale.grid(&mut svg, (0.0, bottom), tick);
    for (place, row) in boxes.rows.iter().enumerate() {
        let y = place as f64 * ROW + (ROW + 6.0) / 2.0;
        let name = shortened(&row.name, FITS);
        svg.text("label", (left - 10.0, y + 4.5), Anchor::End, &name);
        let [p5, p25, p50, p75, p95] =
            [row.p5, row.p25, row.p50, row.p75, row.p95].map(|value| scale.at(value));
        svg.line("spread", (p5, y), (p95, y));
        for end in [p5, p95] {
            svg.line("spread", (end, y - 5.0), (end, y + 5.0));
        }
        let class = row.tone.class();
        svg.rect(&class, (p25, y - BOX / 2.0), ((p75 - p25).max(1.0), BOX));
        svg.line("median", (p50, y - BOX / 2.0), (p50, y + BOX / 2.0));
    }
    let right = (WIDTH - 8.0, bottom + 36.0);
    svg.text("label", right, Anchor::End, &boxes.x);
    let rows = boxes.rows.iter().map(|row| {
        let Spread { p25, p50, p75, .. } = row;
        format!("{}: median {p50}, half from {p25} to {p75}", row.name)
    });
    let described = rows.collect::<Vec<_>>().join("; ");
    (svg, described)
}
