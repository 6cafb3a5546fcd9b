//! A page of bias: each metric of a facet as a picture, a line per value, with what balancing makes of it.

mod picture;
#[cfg(test)]
mod tests;

use std::fmt::Write;

use crate::charts::{Table, header, table_section};
use crate::markup::escape;
use crate::sheet;
use crate::values::BiasSection;

pub(crate) use picture::{draw, legend};

#[derive(Clone, Debug, PartialEq)]
pub struct BiasPage {
    pub title: String,
    pub summary: String,
    /// Number and words.
    pub tiles: Vec<(String, String)>,
    /// How to read the pictures, a sentence each.
    pub notes: Vec<String>,
    pub sections: Vec<BiasSection>,
    pub tables: Vec<Table>,
}

/// The whole page as one string of HTML.
pub fn render_bias(page: &BiasPage) -> String {
    let mut html = header(&page.title, &page.summary);
    let tiles = page.tiles.iter().map(|(number, words)| {
        let (number, words) = (escape(number), escape(words));
        format!("<div class=\"card tile\"><strong>{number}</strong><span>{words}</span></div>\n")
    });
    let _ = write!(
        html,
        "<div class=\"tiles\">\n{}</div>\n",
        tiles.collect::<String>()
    );
    let notes = page
        .notes
        .iter()
        .map(|note| format!("<li>{}</li>\n", escape(note)));
    let _ = write!(
        html,
        "<h2>How to read the pictures</h2>\n{}<ul>\n{}</ul>\n",
        legend(page.sections.iter().flat_map(|section| &section.metrics)),
        notes.collect::<String>()
    );
    for (section, place) in page.sections.iter().zip(0..) {
        let figures = section
            .metrics
            .iter()
            .zip(0..)
            .map(|(metric, metric_place)| {
                format!(
                    "<figure>\n<figcaption><b>{}</b>{}</figcaption>\n{}\n</figure>\n",
                    escape(&metric.title),
                    escape(&metric.caption),
                    draw(&format!("bias-{place}-{metric_place}"), metric)
                )
            });
        let _ = write!(
            html,
            "<h2>{}</h2>\n<div class=\"pair\">\n{}</div>\n",
            escape(&section.title),
            figures.collect::<String>()
        );
    }
    html.extend(page.tables.iter().map(table_section));
    sheet::document(&page.title, "", &html)
}
