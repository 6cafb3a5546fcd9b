//! What the drawings share: their size, their names' room, their axis, and a drawing as a file.

use crate::markup::{Anchor, Svg, escape};
use crate::plot::{round_step, ticks};
use crate::sheet;

/// As wide as a telephone's page leaves.
pub const WIDTH: f64 = 360.0;
/// Characters of a row's name, and their width.
pub const FITS: usize = 19;
const CHARACTER: f64 = 8.2;
pub const ROW: f64 = 25.0;

/// Room above and at the sides of a drawing that is a file.
const HEAD: f64 = 46.0;
const SIDE: f64 = 16.0;
/// Characters of a title, in a line.
const TITLE: usize = 50;

/// Where drawings begin, right of the rows' names.
pub fn left<'a>(names: impl Iterator<Item = &'a String>) -> f64 {
    let longest = names.map(|name| name.chars().count().min(FITS)).max();
    (longest.unwrap_or(0) as f64 * CHARACTER + 12.0).max(40.0)
}

/// A part of the numbers, from left to right.
pub struct Scale {
    pub first: f64,
    pub last: f64,
    pub left: f64,
    pub right: f64,
}

impl Scale {
    pub fn at(&self, value: f64) -> f64 {
        let share = (value - self.first) / (self.last - self.first).max(f64::MIN_POSITIVE);
        self.left + share.clamp(0.0, 1.0) * (self.right - self.left)
    }

    /// Lines downwards at round numbers, with their names below.
    pub fn grid(
        &self,
        svg: &mut Svg,
        (top, bottom): (f64, f64),
        name: impl Fn(f64, f64) -> String,
    ) {
        let step = round_step(self.last - self.first, (self.right - self.left) / 46.0);
        for value in ticks(self.first, self.last, step) {
            let x = self.at(value);
            svg.line("grid", (x, top), (x, bottom));
            let text = name(value, step);
            svg.text("label", (x, bottom + 17.0), Anchor::Middle, &text);
        }
    }
}

/// With as many digits as tell one tick from the next.
pub fn tick(value: f64, step: f64) -> String {
    let digits = [1.0, 0.1, 0.01, 0.001];
    let digits = digits.iter().filter(|size| step < **size - 1e-12).count();
    format!("{value:.digits$}").replace('-', "−")
}

pub fn percent_tick(value: f64, step: f64) -> String {
    let digits = usize::from(step < 0.01 - 1e-12);
    format!("{:.digits$} %", value * 100.0)
}

/// `inline`: the element as it stands on the page.
pub fn alone(inline: &str, title: &str) -> String {
    let size = inline.split('"').nth(1).unwrap_or_default();
    let mut size = size.split(' ').skip(2);
    let mut next = || size.next().and_then(|size| size.parse::<f64>().ok());
    let (width, height) = (next().unwrap_or(WIDTH), next().unwrap_or_default());
    let (whole_width, whole_height) = (width + 2.0 * SIDE, height + HEAD + SIDE);
    let inner = inline.replacen(
        "<svg ",
        &format!(r#"<svg x="{SIDE}" y="{HEAD}" width="{width}" height="{height}" "#),
        1,
    );
    let title = escape(&crate::format::shortened(title, TITLE));
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole_width} {whole_height}\" \
         width=\"{whole_width}\" height=\"{whole_height}\">\n<style>\n{}</style>\n\
         <rect class=\"paper\" width=\"{whole_width}\" height=\"{whole_height}\"/>\n\
         <text class=\"title\" x=\"{SIDE}\" y=\"28\">{title}</text>\n{inner}\n</svg>\n",
        sheet::ALONE
    );
    // A page shows them as nothing; in XML they are errors.
    svg.replace(
        |character: char| character.is_control() && character != '\n',
        "",
    )
}
