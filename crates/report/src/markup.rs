//! The one place where text becomes markup.

use std::fmt::Write;

/// Text made safe as HTML or SVG content and inside double-quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A drawing under construction: shapes are added in the order in which they are painted.
pub struct Svg {
    id: String,
    width: f64,
    height: f64,
    body: String,
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

impl Svg {
    /// `id` must be unique on the page: the accessible name refers to it.
    pub fn new(id: impl Into<String>, width: f64, height: f64) -> Svg {
        Svg {
            id: id.into(),
            width,
            height,
            body: String::new(),
        }
    }

    pub fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        self.push(format_args!(
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}"/>"#
        ));
    }

    /// A rectangle whose opacity carries a value between 0 and 1.
    pub fn shade(&mut self, class: &str, at: (f64, f64), size: (f64, f64), opacity: f64) {
        let ((x, y), (width, height)) = (at, size);
        self.push(format_args!(
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="6" fill-opacity="{opacity:.3}"/>"#
        ));
    }

    pub fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        self.push(format_args!(
            r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#
        ));
    }

    pub fn circle(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        self.push(format_args!(
            r#"<circle class="{class}" cx="{x:.1}" cy="{y:.1}" r="{radius:.1}"/>"#
        ));
    }

    pub fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        let points = list(points);
        self.push(format_args!(
            r#"<polyline class="{class}" points="{points}"/>"#
        ));
    }

    pub fn polygon(&mut self, class: &str, points: &[(f64, f64)]) {
        let points = list(points);
        self.push(format_args!(
            r#"<polygon class="{class}" points="{points}"/>"#
        ));
    }

    pub fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escape(text);
        self.push(format_args!(
            r#"<text class="{class}" x="{x:.1}" y="{y:.1}" text-anchor="{anchor}">{text}</text>"#
        ));
    }

    /// A text that reads upwards, for the name of a vertical axis.
    pub fn upward(&mut self, class: &str, (x, y): (f64, f64), text: &str) {
        let text = escape(text);
        self.push(format_args!(
            r#"<text class="{class}" transform="translate({x:.1} {y:.1}) rotate(-90)" text-anchor="middle">{text}</text>"#
        ));
    }

    /// A file of its own, with its style.
    pub fn finish_alone(mut self, title: &str, description: &str, style: &str) -> String {
        self.body
            .insert_str(0, &format!("<style>\n{style}</style>\n"));
        let element = self.finish(title, description);
        let alone = r#"<svg xmlns="http://www.w3.org/2000/svg" "#;
        element.replacen("<svg ", alone, 1) + "\n"
    }

    /// The finished element; `title` and `description` are what a screen reader says.
    pub fn finish(self, title: &str, description: &str) -> String {
        let Svg {
            id,
            width,
            height,
            body,
        } = self;
        format!(
            r#"<svg viewBox="0 0 {width:.0} {height:.0}" role="img" aria-labelledby="{id}-title {id}-desc"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>{body}</svg>"#,
            escape(title),
            escape(description)
        )
    }

    fn push(&mut self, shape: std::fmt::Arguments) {
        // Writing to a String cannot fail.
        let _ = self.body.write_fmt(shape);
    }
}

fn list(points: &[(f64, f64)]) -> String {
    let points = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
    points.collect::<Vec<_>>().join(" ")
}
