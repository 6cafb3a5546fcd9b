//! A page of line charts and tables, for values that were measured over time or of several people.

use std::fmt::Write;

use crate::markup::{Anchor, Svg, escape};
use crate::plot::{round_step, ticks};
use crate::sheet;
use crate::whiskers::{self, Whiskers};

#[derive(Clone, Debug, PartialEq)]
pub struct ChartPage {
    pub title: String,
    pub summary: String,
    pub whiskers: Vec<Whiskers>,
    pub tables: Vec<Table>,
    pub charts: Vec<Chart>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Lines and dots over one pair of axes, whose names are `x` and `y`. Lines of one name look alike and share a place in the legend; the
/// first name's lie above the others.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    pub title: String,
    pub x: String,
    pub y: String,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub name: String,
    pub points: Vec<(f64, f64)>,
    pub mark: Mark,
}

/// How points are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Joined in their order.
    Line,
    /// Each for itself: nothing leads from one to the next.
    Dots,
    /// As dots, hollow and paler.
    Rings,
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 330.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const BOTTOM: f64 = 46.0;
const LEGEND_LINE: f64 = 22.0;

/// The whole page as one string of HTML.
pub fn render_charts(page: &ChartPage) -> String {
    let mut html = header(&page.title, &page.summary);
    html.push_str(&whiskers::figures(&page.whiskers));
    for table in &page.tables {
        html.push_str(&table_section(table));
    }
    for (place, chart) in page.charts.iter().enumerate() {
        let drawing = draw(&format!("chart-{place}"), chart);
        let _ = write!(
            html,
            "<section>\n<h2>{}</h2>\n{drawing}\n</section>\n",
            escape(&chart.title)
        );
    }
    sheet::document(&page.title, "", &html)
}

pub(crate) fn header(title: &str, summary: &str) -> String {
    format!(
        "<header>\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n</header>\n",
        escape(title),
        escape(summary)
    )
}

pub(crate) fn table_section(table: &Table) -> String {
    let title = escape(&table.title);
    format!(
        "<section>\n<h2>{title}</h2>\n{}\n</section>\n",
        scrolled(table)
    )
}

/// Without its title.
pub(crate) fn scrolled(table: &Table) -> String {
    let cells = |tag: &str, cells: &[String]| {
        let cells = cells
            .iter()
            .map(|cell| format!("<{tag}>{}</{tag}>", escape(cell)));
        cells.collect::<String>()
    };
    let rows = table
        .rows
        .iter()
        .map(|row| format!("<tr>{}</tr>\n", cells("td", row)));
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>",
        cells("th", &table.columns),
        rows.collect::<String>()
    )
}

pub(crate) fn draw(id: &str, chart: &Chart) -> String {
    let mut svg = Svg::new(id, WIDTH, HEIGHT);
    let points = || chart.lines.iter().flat_map(|line| &line.points);
    if points().next().is_none() {
        let middle = (WIDTH / 2.0, HEIGHT / 2.0);
        svg.text("label", middle, Anchor::Middle, "nothing was recorded");
        return svg.finish(&chart.title, "Nothing was recorded.");
    }
    let mut names: Vec<&str> = Vec::new();
    let mut marks: Vec<Mark> = Vec::new();
    for line in &chart.lines {
        if !names.contains(&line.name.as_str()) {
            names.push(&line.name);
            marks.push(line.mark);
        }
    }
    let top = 12.0 + LEGEND_LINE * names.len() as f64;
    let range = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    };
    let (first, last) = range(&mut points().map(|(x, _)| *x));
    // One point alone has no span to divide by ticks.
    let last = last.max(first + 1e-3);
    let (lowest, highest) = range(&mut points().map(|(_, y)| *y));
    let highest = highest.max(1e-9);
    // Values that lie close together would be one flat line above a zero; below a quarter a zero takes little room.
    let from = if lowest > highest / 4.0 { lowest } else { 0.0 };
    let step = round_step((highest - from).max(highest * 1e-3), 5.0);
    let (low, high) = ((from / step).floor() * step, (highest / step).ceil() * step);
    let at = |(x, y): (f64, f64)| {
        let across = (x - first) / (last - first).max(1e-9);
        let up = (y - low) / (high - low).max(1e-9);
        let down = HEIGHT - BOTTOM - up * (HEIGHT - top - BOTTOM);
        (LEFT + across * (WIDTH - LEFT - RIGHT), down)
    };
    for value in ticks(low, high, step) {
        let (_, y) = at((first, value));
        svg.line("grid", (LEFT, y), (WIDTH - RIGHT, y));
        svg.text(
            "label",
            (LEFT - 10.0, y + 4.0),
            Anchor::End,
            &number(value, step),
        );
    }
    let step = round_step(last - first, 8.0);
    for value in ticks(first, last, step) {
        let place = (at((value, low)).0, HEIGHT - BOTTOM + 20.0);
        svg.text("label", place, Anchor::Middle, &number(value, step));
    }
    let middle = f64::midpoint(LEFT, WIDTH - RIGHT);
    svg.text("label", (middle, HEIGHT - 6.0), Anchor::Middle, &chart.x);
    svg.upward(
        "label",
        (14.0, f64::midpoint(top, HEIGHT - BOTTOM)),
        &chart.y,
    );
    for (place, (name, mark)) in names.iter().zip(&marks).enumerate().rev() {
        let class = format!("loss line-{}", place % 4 + 1);
        let y = 12.0 + place as f64 * LEGEND_LINE;
        match dot(*mark) {
            Some((class, radius)) => svg.circle(class, (LEFT + 13.0, y), radius),
            None => svg.line(&class, (LEFT, y), (LEFT + 26.0, y)),
        }
        svg.text("label", (LEFT + 34.0, y + 4.0), Anchor::Start, name);
        for line in chart.lines.iter().filter(|line| line.name == *name) {
            let points: Vec<_> = line.points.iter().map(|point| at(*point)).collect();
            match (dot(line.mark), &points[..]) {
                (Some((class, radius)), points) => {
                    for point in points {
                        svg.circle(class, *point, radius);
                    }
                }
                // A line of one point would not be seen.
                (None, [point]) => svg.circle(&class, *point, 3.0),
                (None, points) => svg.polyline(&class, points),
            }
        }
    }
    let description = format!(
        "{} over {}, at most {highest:.3}.",
        names.join(", "),
        chart.x
    );
    svg.finish(&chart.title, &description)
}

/// The class and the radius of each point, where points are not joined. A ring has its stroke outside too.
fn dot(mark: Mark) -> Option<(&'static str, f64)> {
    match mark {
        Mark::Line => None,
        Mark::Dots => Some(("end turn-1", 4.0)),
        Mark::Rings => Some(("ring", 3.0)),
    }
}

/// With as many digits as tell one tick from the next.
fn number(value: f64, step: f64) -> String {
    let digits = [1.0, 0.1, 0.01, 0.001]
        .iter()
        .filter(|size| step < **size)
        .count();
    format!("{value:.digits$}")
}
