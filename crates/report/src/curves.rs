//! Curves with bands, panel beside panel on the same axes: a picture of its own, for a page that is not ours. It
//! brings its paper and its colours, so that it can be read on any background.

use crate::markup::{Anchor, Svg};
use crate::plot::{round_step, ticks};
use crate::values::{BandedCurve, CurvePicture, Scale, Tone};

const WIDTH: f64 = 1060.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 78.0;
const RIGHT: f64 = 24.0;
const BETWEEN: f64 = 26.0;
const TOP: f64 = 96.0;
const BOTTOM: f64 = 58.0;

struct Axes {
    left: f64,
    width: f64,
    x: (f64, f64),
    y: (f64, f64),
}

impl Axes {
    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let across = (x - self.x.0) / (self.x.1 - self.x.0).max(1e-9);
        let up = (y - self.y.0) / (self.y.1 - self.y.0).max(1e-9);
        let down = HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM);
        (self.left + across * self.width, down)
    }
}

/// One `<svg>` that stands alone.
pub fn render_curves(picture: &CurvePicture) -> String {
    let curves = || picture.panels.iter().flat_map(|panel| &panel.curves);
    let points = || curves().flat_map(|curve| &curve.points);
    let marked = || picture.mark.iter().map(|(_, value)| *value);
    let lows = points().map(|point| point.low).chain(marked());
    let lowest = lows.fold(f64::MAX, f64::min);
    let highs = points().map(|point| point.high).chain(marked());
    let highest = highs.fold(f64::MIN, f64::max);
    // A value that never changes has a place, too.
    let step = round_step((highest - lowest).max(0.1 * highest.abs()).max(1e-6), 6.0);
    let y = (
        (lowest / step).floor() * step,
        (highest / step).ceil() * step,
    );
    let first = points().map(|point| point.x).fold(f64::MAX, f64::min);
    let last = points().map(|point| point.x).fold(f64::MIN, f64::max);
    let panels = picture.panels.len() as f64;
    let width = (WIDTH - LEFT - RIGHT - BETWEEN * (panels - 1.0)) / panels;

    let mut svg = Svg::new("curves", WIDTH, HEIGHT);
    svg.rect("paper", (0.0, 0.0), (WIDTH, HEIGHT));
    legend(&mut svg, picture);
    for (place, panel) in picture.panels.iter().enumerate() {
        let left = LEFT + place as f64 * (width + BETWEEN);
        let axes = Axes {
            left,
            width,
            x: (first, last),
            y,
        };
        grid(&mut svg, &axes, step, (place == 0).then_some(picture.scale));
        let middle = left + width / 2.0;
        svg.text("name", (middle, TOP - 14.0), Anchor::Middle, &panel.title);
        svg.text("label", (middle, HEIGHT - 12.0), Anchor::Middle, &picture.x);
        if let Some((_, value)) = &picture.mark {
            svg.line("mark", axes.at(first, *value), axes.at(last, *value));
        }
        for curve in &panel.curves {
            draw(&mut svg, &axes, curve);
        }
    }
    let middle = f64::midpoint(TOP, HEIGHT - BOTTOM);
    svg.upward("label", (18.0, middle), &picture.y);
    let style = include_str!("curves.css");
    svg.finish_alone(&picture.title, &picture.description, style)
}

fn draw(svg: &mut Svg, axes: &Axes, curve: &BandedCurve) {
    let upper = curve
        .points
        .iter()
        .map(|point| axes.at(point.x, point.high));
    let lower = curve
        .points
        .iter()
        .rev()
        .map(|point| axes.at(point.x, point.low));
    let band: Vec<_> = upper.chain(lower).collect();
    svg.polygon(&format!("band {}", tone(curve)), &band);
    let middle = curve
        .points
        .iter()
        .map(|point| axes.at(point.x, point.middle));
    svg.polyline(&line(curve), &middle.collect::<Vec<_>>());
}

fn grid(svg: &mut Svg, axes: &Axes, step: f64, named: Option<Scale>) {
    for value in ticks(axes.y.0, axes.y.1, step) {
        let (_, y) = axes.at(axes.x.0, value);
        svg.line("grid", (axes.left, y), (axes.left + axes.width, y));
        if let Some(scale) = named {
            let label = labelled(value, step, scale);
            svg.text("label", (axes.left - 10.0, y + 4.0), Anchor::End, &label);
        }
    }
    let step = round_step(axes.x.1 - axes.x.0, 4.0);
    for value in ticks(axes.x.0, axes.x.1, step) {
        let (x, y) = axes.at(value, axes.y.0);
        svg.text(
            "label",
            (x, y + 20.0),
            Anchor::Middle,
            &labelled(value, step, Scale::Number),
        );
    }
}

/// With the digits that tell a step from the next.
fn labelled(value: f64, step: f64, scale: Scale) -> String {
    let (value, step, sign) = match scale {
        Scale::Share => (100.0 * value, 100.0 * step, " %"),
        Scale::Number => (value, step, ""),
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "digits, few and not negative"
    )]
    let digits = (-step.log10().floor()).max(0.0) as usize;
    format!("{value:.digits$}{sign}")
}

fn legend(svg: &mut Svg, picture: &CurvePicture) {
    let mut names: Vec<(String, &str)> = Vec::new();
    for curve in &picture.panels[0].curves {
        names.push((line(curve), &curve.name));
    }
    if let Some((name, _)) = &picture.mark {
        names.push(("mark".to_owned(), name));
    }
    for (place, (class, name)) in names.iter().enumerate() {
        let left = LEFT + (place / 2) as f64 * (WIDTH - LEFT - RIGHT) / 3.0;
        let y = 24.0 + (place % 2) as f64 * 22.0;
        svg.line(class, (left, y), (left + 30.0, y));
        svg.text("label", (left + 38.0, y + 4.0), Anchor::Start, name);
    }
}

fn line(curve: &BandedCurve) -> String {
    let dashed = if curve.is_dashed { " dashed" } else { "" };
    format!("curve {}{dashed}", tone(curve))
}

fn tone(curve: &BandedCurve) -> &'static str {
    match curve.tone {
        Tone::Warm => "warm",
        Tone::Cool => "cool",
    }
}
