//! A page of a study of hyperparameters: tables, curves, and each trial as a line through parallel axes.

use std::fmt::Write;

use crate::charts::{Chart, Table, draw, header, scrolled};
use crate::markup::{Anchor, Svg, escape};
use crate::sheet;

#[derive(Clone, Debug, PartialEq)]
pub struct StudyPage {
    pub title: String,
    pub summary: String,
    pub tables: Vec<NotedTable>,
    pub charts: Vec<Chart>,
    /// Without an axis nothing is drawn.
    pub coordinates: Coordinates,
}

/// A sentence, which may be empty, and a table under its title. Without columns the sentence stands alone.
#[derive(Clone, Debug, PartialEq)]
pub struct NotedTable {
    pub note: String,
    pub table: Table,
}

/// Parallel coordinates: a vertical axis for each hyperparameter and one for the score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Coordinates {
    pub axes: Vec<CoordinateAxis>,
    pub lines: Vec<CoordinateLine>,
}

/// With the names of its ends.
#[derive(Clone, Debug, PartialEq)]
pub struct CoordinateAxis {
    pub name: String,
    pub low: String,
    pub high: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CoordinateLine {
    /// On each axis, from 0 at its low end to 1 at its high end.
    pub places: Vec<f64>,
    pub kind: CoordinateKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoordinateKind {
    LowerHalf,
    UpperHalf,
    Best,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 360.0;
const SIDE: f64 = 70.0;
const TOP: f64 = 110.0;
const BOTTOM: f64 = 34.0;

/// The whole page as one string of HTML.
pub fn render_study(page: &StudyPage) -> String {
    let mut html = header(&page.title, &page.summary);
    for NotedTable { note, table } in &page.tables {
        let mut content = String::new();
        if !note.is_empty() {
            // Writing to a String cannot fail.
            let _ = writeln!(content, "<p>{}</p>", escape(note));
        }
        if !table.columns.is_empty() {
            content.push_str(&scrolled(table));
        }
        section(&mut html, &table.title, &content);
    }
    for (place, chart) in page.charts.iter().enumerate() {
        let drawing = draw(&format!("chart-{place}"), chart);
        section(&mut html, &chart.title, &drawing);
    }
    if !page.coordinates.axes.is_empty() {
        let title = "Trials by their hyperparameters";
        section(&mut html, title, &parallel(title, &page.coordinates));
    }
    sheet::document(&page.title, "", &html)
}

fn section(html: &mut String, title: &str, content: &str) {
    // Writing to a String cannot fail.
    let _ = write!(
        html,
        "<section>\n<h2>{}</h2>\n{content}\n</section>\n",
        escape(title)
    );
}

fn parallel(title: &str, coordinates: &Coordinates) -> String {
    let mut svg = Svg::new("coordinates", WIDTH, HEIGHT);
    let gaps = (coordinates.axes.len().max(2) - 1) as f64;
    let x = |axis: usize| SIDE + axis as f64 * (WIDTH - 2.0 * SIDE) / gaps;
    let y = |place: f64| HEIGHT - BOTTOM - place.clamp(0.0, 1.0) * (HEIGHT - TOP - BOTTOM);
    for (place, (kind, name)) in [
        (CoordinateKind::Best, "the best trial"),
        (CoordinateKind::UpperHalf, "the better half"),
        (CoordinateKind::LowerHalf, "the other half"),
    ]
    .into_iter()
    .enumerate()
    {
        let y = 14.0 + place as f64 * 20.0;
        svg.line(class(kind), (SIDE, y), (SIDE + 26.0, y));
        svg.text("label", (SIDE + 34.0, y + 4.0), Anchor::Start, name);
    }
    let mut lines: Vec<&CoordinateLine> = coordinates.lines.iter().collect();
    // The best is painted last, above the others.
    lines.sort_by_key(|line| line.kind);
    for line in lines {
        let places = line.places.iter().enumerate();
        let points: Vec<_> = places.map(|(axis, place)| (x(axis), y(*place))).collect();
        svg.polyline(class(line.kind), &points);
    }
    for (number, axis) in coordinates.axes.iter().enumerate() {
        let at = x(number);
        svg.line("grid", (at, y(0.0)), (at, y(1.0)));
        svg.text("label", (at, TOP - 24.0), Anchor::Middle, &axis.name);
        svg.text("label", (at, TOP - 8.0), Anchor::Middle, &axis.high);
        svg.text(
            "label",
            (at, HEIGHT - BOTTOM + 18.0),
            Anchor::Middle,
            &axis.low,
        );
    }
    let names: Vec<&str> = coordinates
        .axes
        .iter()
        .map(|axis| axis.name.as_str())
        .collect();
    let description = format!(
        "{} trials, each a line through {}.",
        coordinates.lines.len(),
        names.join(", ")
    );
    svg.finish(title, &description)
}

fn class(kind: CoordinateKind) -> &'static str {
    match kind {
        CoordinateKind::Best => "loss line-1",
        CoordinateKind::UpperHalf => "loss line-2",
        CoordinateKind::LowerHalf => "loss line-3",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(note: &str, columns: &[&str]) -> NotedTable {
        NotedTable {
            note: note.to_owned(),
            table: Table {
                title: "Table".to_owned(),
                columns: columns.iter().map(|name| (*name).to_owned()).collect(),
                rows: Vec::new(),
            },
        }
    }

    #[test]
    fn every_trial_is_a_line_from_end_to_end_and_names_are_escaped() {
        let axis = |name: &str| CoordinateAxis {
            name: name.to_owned(),
            low: "0.1".to_owned(),
            high: "10".to_owned(),
        };
        let line = |places: [f64; 2], kind| CoordinateLine {
            places: places.to_vec(),
            kind,
        };
        let page = StudyPage {
            title: "Study <3>".to_owned(),
            summary: String::new(),
            tables: vec![
                noted("", &["settings"]),
                noted("2 < 10 trials are too few.", &[]),
            ],
            charts: Vec::new(),
            coordinates: Coordinates {
                axes: vec![axis("c"), axis("score")],
                lines: vec![
                    line([0.0, 1.0], CoordinateKind::Best),
                    line([1.0, 0.0], CoordinateKind::LowerHalf),
                ],
            },
        };
        let html = render_study(&page);
        assert!(html.contains("Study &lt;3&gt;") && !html.contains("<3>"));
        assert_eq!(html.matches("<table>").count(), 1);
        assert_eq!(html.matches("<p>").count(), 1);
        assert!(html.contains("<p>2 &lt; 10 trials are too few.</p>"));
        assert!(html.contains("points=\"70.0,326.0 690.0,110.0\""), "{html}");
        assert!(html.contains("2 trials, each a line through c, score."));
        let best = html.find("326.0 690.0,110.0").expect("the best");
        let other = html.find("70.0,110.0 690.0,326.0").expect("the other");
        assert!(other < best, "the best lies above");
        assert!(
            !html.contains("<polyline class=\"grid\""),
            "it would be filled"
        );
        let none = StudyPage {
            coordinates: Coordinates::default(),
            ..page
        };
        assert!(!render_study(&none).contains("<svg"));
    }
}
