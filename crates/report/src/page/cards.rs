//! The frames that the page's sections put around their contents.

use crate::markup::escape;

/// Cards side by side, or one below the other where they are wide.
pub fn pairs(cards: impl Iterator<Item = String>, wide: bool) -> String {
    let cards: String = cards.collect();
    if cards.is_empty() {
        return cards;
    }
    let class = if wide { "column" } else { "pair" };
    format!("<div class=\"{class} stack\">\n{cards}</div>\n")
}

pub fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

/// A drawing and, below it, markup that belongs to it.
pub fn figure_with(title: &str, caption: &str, svg: &str, below: &str) -> String {
    let (title, caption) = (escape(title), escape(caption));
    format!("<figure>\n<figcaption><b>{title}</b>{caption}</figcaption>\n{svg}\n{below}</figure>\n")
}

pub fn figure(title: &str, caption: &str, svg: &str) -> String {
    figure_with(title, caption, svg, "")
}
