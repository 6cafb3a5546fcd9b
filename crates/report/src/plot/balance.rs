//! Class balance: one group of horizontal bars per class, one bar per stage.

use crate::format::{count, percent, shortened};
use crate::markup::{Anchor, Svg};
use crate::values::{Balance, Class};

const WIDTH: f64 = 560.0;
const LEFT: f64 = 112.0;
/// Room for "17,433 · 77.1 %" after the longest bar.
const RIGHT: f64 = 118.0;
const BAR: f64 = 20.0;
const GAP: f64 = 26.0;
/// Characters of a class's name.
const FITS: usize = 12;

/// Shades run from the first stage (pale) to the last (full).
const SHADES: [&str; 3] = ["bar stage-1", "bar stage-2", "bar stage-3"];

pub fn balance(id: &str, balance: &Balance, classes: &[Class]) -> String {
    let stages = balance.series.len();
    let group = stages as f64 * (BAR + 3.0) + GAP;
    let height = 44.0 + classes.len() as f64 * group;
    let mut svg = Svg::new(id, WIDTH, height);

    let mut x = LEFT;
    for (stage, series) in balance.series.iter().enumerate() {
        svg.rect(SHADES[stage.min(2)], (x, 6.0), (12.0, 12.0));
        svg.text("label", (x + 18.0, 16.5), Anchor::Start, &series.name);
        x += 18.0 + 7.2 * series.name.chars().count() as f64 + 22.0;
    }

    let largest = balance
        .series
        .iter()
        .flat_map(|series| &series.counts)
        .max();
    let scale = (WIDTH - LEFT - RIGHT) / (*largest.unwrap_or(&1)).max(1) as f64;
    for (index, class) in classes.iter().enumerate() {
        let top = 44.0 + index as f64 * group;
        let middle = top + (group - GAP) / 2.0;
        let name = shortened(&class.name, FITS);
        svg.text("name", (LEFT - 12.0, middle + 1.0), Anchor::End, &name);
        if class.label != class.name {
            let label = format!("label {}", class.label);
            svg.text("label", (LEFT - 12.0, middle + 16.0), Anchor::End, &label);
        }
        for (stage, series) in balance.series.iter().enumerate() {
            let rows = series.counts.get(index).copied().unwrap_or(0);
            let total: u64 = series.counts.iter().sum();
            let length = rows as f64 * scale;
            let y = top + stage as f64 * (BAR + 3.0);
            svg.rect(SHADES[stage.min(2)], (LEFT, y), (length.max(1.0), BAR));
            let share = percent(rows as f64 / total.max(1) as f64);
            let value = format!("{} · {share}", count(rows));
            svg.text(
                "value",
                (LEFT + length + 8.0, y + 14.5),
                Anchor::Start,
                &value,
            );
        }
    }
    svg.line("axis", (LEFT, 36.0), (LEFT, height - GAP + 8.0));
    svg.finish("Class balance", &describe(balance, classes))
}

fn describe(balance: &Balance, classes: &[Class]) -> String {
    let stages = balance.series.iter().map(|series| {
        let parts: Vec<String> = classes
            .iter()
            .zip(&series.counts)
            .map(|(class, rows)| format!("{} {}", count(*rows), class.name))
            .collect();
        format!("{}: {}", series.name, parts.join(", "))
    });
    stages.collect::<Vec<_>>().join(". ")
}
