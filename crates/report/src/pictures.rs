//! A page of small pictures, each with its table and where its numbers are from. A drawing is as wide as a telephone,
//! so that its text is as large on the page's columns as there.

mod bars;
mod bins;
mod boxes;
mod dots;
mod frame;
mod stacks;

use crate::charts::Table;
use crate::markup::escape;
use crate::sheet;

pub use bars::{Bar, Bars};
pub use bins::Bins;
pub use boxes::{Boxes, Spread};
pub use dots::{Axis, Dot, Dots};
pub use stacks::{Shade, Stack, Stacks};

#[derive(Clone, Debug, PartialEq)]
pub struct PicturePage {
    pub title: String,
    pub lead: String,
    pub note: String,
    /// A number and its words.
    pub tiles: Vec<(String, String)>,
    pub sections: Vec<PictureSection>,
    pub footer: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PictureSection {
    pub title: String,
    /// May be empty.
    pub text: String,
    pub cards: Vec<Card>,
}

/// A picture; without a drawing it is a table alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// Unique on the page, of letters, digits and hyphens.
    pub name: String,
    pub title: String,
    pub caption: String,
    pub drawing: Option<Drawing>,
    /// Its title is what is clicked to open it; a card without a drawing shows it open.
    pub table: Table,
    pub source: Source,
    /// Takes the page's width.
    pub is_wide: bool,
}

/// Where the numbers are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Sql(String),
    Said(String),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Drawing {
    Bars(Bars),
    Bins(Bins),
    Boxes(Boxes),
    Dots(Dots),
    Stacks(Stacks),
}

impl Drawing {
    /// For the page. `id` is unique on it.
    fn inline(&self, id: &str, title: &str) -> String {
        let (svg, description) = match self {
            Drawing::Bars(bars) => bars::draw(id, bars),
            Drawing::Bins(bins) => bins::draw(id, bins),
            Drawing::Boxes(boxes) => boxes::draw(id, boxes),
            Drawing::Dots(dots) => dots::draw(id, dots),
            Drawing::Stacks(stacks) => stacks::draw(id, stacks),
        };
        svg.finish(title, &description)
    }

    /// A file of its own, with its title and its colours, light and dark.
    pub fn alone(&self, title: &str) -> String {
        frame::alone(&self.inline("picture", title), title)
    }
}

/// The whole page as one string of HTML.
pub fn render_pictures(page: &PicturePage) -> String {
    let tiles = page.tiles.iter().map(|(number, words)| {
        let (number, words) = (escape(number), escape(words));
        format!("<div class=\"card tile\"><strong>{number}</strong><span>{words}</span></div>\n")
    });
    let sections: String = page.sections.iter().map(section).collect();
    let main = format!(
        "<header>\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n<p class=\"soft\">{}</p>\n\
         <div class=\"tiles\">\n{}</div>\n</header>\n{sections}<footer>{}</footer>\n",
        escape(&page.title),
        prose(&page.lead),
        prose(&page.note),
        tiles.collect::<String>(),
        prose(&page.footer)
    );
    sheet::document(&page.title, "", &main)
}

fn section(section: &PictureSection) -> String {
    let text = match section.text.as_str() {
        "" => String::new(),
        text => format!("<p class=\"soft\">{}</p>\n", prose(text)),
    };
    let cards: String = section.cards.iter().map(card).collect();
    format!(
        "<section>\n<h2>{}</h2>\n{text}<div class=\"pictures\">\n{cards}</div>\n</section>\n",
        escape(&section.title)
    )
}

fn card(card: &Card) -> String {
    let (name, title) = (escape(&card.name), escape(&card.title));
    let class = if card.is_wide {
        " class=\"across\""
    } else {
        ""
    };
    let table = rows(&card.table);
    let drawn = card.drawing.as_ref();
    let drawn = drawn.map(|drawing| drawing.inline(&format!("picture-{name}"), &card.title));
    let table = match &drawn {
        _ if card.table.rows.is_empty() => String::new(),
        None => table,
        Some(_) => details(&card.table.title, &table),
    };
    let source = match &card.source {
        Source::Sql(sql) => details("SQL", &format!("<pre><code>{}</code></pre>\n", escape(sql))),
        Source::Said(words) => format!("<p class=\"soft\">{}</p>\n", prose(words)),
    };
    format!(
        "<figure id=\"{name}\"{class}>\n<figcaption><b>{title}</b>{}</figcaption>\n{}\n{table}{source}</figure>\n",
        prose(&card.caption),
        drawn.unwrap_or_default()
    )
}

/// A line never ends between a number and its percent sign.
fn prose(text: &str) -> String {
    escape(text).replace(" %", "\u{a0}%")
}

fn details(summary: &str, content: &str) -> String {
    let summary = escape(summary);
    format!("<details>\n<summary>{summary}</summary>\n{content}</details>\n")
}

/// The first cell of a row names it.
fn rows(table: &Table) -> String {
    let head = table.columns.iter();
    let head = head.map(|name| format!("<th scope=\"col\">{}</th>", escape(name)));
    let rows = table.rows.iter().map(|cells| {
        let cells = cells.iter().enumerate().map(|(place, cell)| {
            let cell = escape(cell);
            if place == 0 {
                format!("<th scope=\"row\">{cell}</th>")
            } else {
                format!("<td>{cell}</td>")
            }
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    });
    format!(
        "<div class=\"scroll\"><table class=\"numbers\">\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
        head.collect::<String>(),
        rows.collect::<String>()
    )
}
