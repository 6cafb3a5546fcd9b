//! The confusion matrix: a row is the truth, a column the prediction, both axes named. A cell's
//! shade is its share of the row, so the diagonal shows recall.

use crate::format::{count, percent, shortened};
use crate::markup::{Anchor, Svg};
use crate::values::{Class, Confusion};

const CELL: (f64, f64) = (112.0, 66.0);
const LEFT: f64 = 136.0;
const TOP: f64 = 56.0;
/// Characters of a class's name above a column and beside a row.
const FITS: usize = 12;

pub fn confusion(id: &str, matrix: &Confusion, classes: &[Class]) -> String {
    let side = classes.len() as f64;
    let (width, height) = (LEFT + side * CELL.0 + 8.0, TOP + side * CELL.1 + 8.0);
    let mut svg = Svg::new(id, width, height);
    let middle = LEFT + side * CELL.0 / 2.0;
    svg.text("axis-name", (middle, 16.0), Anchor::Middle, "prediction →");
    svg.upward("axis-name", (16.0, TOP + side * CELL.1 / 2.0), "← truth");

    for (index, class) in classes.iter().enumerate() {
        let column = LEFT + (index as f64 + 0.5) * CELL.0;
        let name = shortened(&class.name, FITS);
        svg.text("name", (column, TOP - 14.0), Anchor::Middle, &name);
        let row = TOP + (index as f64 + 0.5) * CELL.1;
        svg.text("name", (LEFT - 12.0, row + 5.0), Anchor::End, &name);
    }
    for (truth, row) in matrix.counts.iter().enumerate() {
        let total: u64 = row.iter().sum();
        for (prediction, rows) in row.iter().enumerate() {
            let share = *rows as f64 / total.max(1) as f64;
            let x = LEFT + prediction as f64 * CELL.0;
            let y = TOP + truth as f64 * CELL.1;
            let kind = if truth == prediction {
                "cell right"
            } else {
                "cell wrong"
            };
            svg.shade(
                kind,
                (x + 2.0, y + 2.0),
                (CELL.0 - 4.0, CELL.1 - 4.0),
                0.06 + 0.84 * share,
            );
            let ink = if share > 0.55 { "-light" } else { "" };
            let centre = x + CELL.0 / 2.0;
            let number = format!("cell-count{ink}");
            svg.text(
                &number,
                (centre, y + CELL.1 / 2.0),
                Anchor::Middle,
                &count(*rows),
            );
            let note = format!("cell-share{ink}");
            svg.text(
                &note,
                (centre, y + CELL.1 / 2.0 + 18.0),
                Anchor::Middle,
                &percent(share),
            );
        }
    }
    svg.finish(
        "Confusion matrix, rows are the truth, columns the prediction",
        &describe(matrix, classes),
    )
}

fn describe(matrix: &Confusion, classes: &[Class]) -> String {
    let rows = classes.iter().zip(&matrix.counts).map(|(truth, row)| {
        let cells: Vec<String> = classes
            .iter()
            .zip(row)
            .map(|(prediction, rows)| format!("{} predicted {}", count(*rows), prediction.name))
            .collect();
        format!("Truly {}: {}", truth.name, cells.join(", "))
    });
    rows.collect::<Vec<_>>().join(". ")
}
