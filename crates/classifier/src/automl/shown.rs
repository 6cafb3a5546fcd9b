//! Names and labels in the sentences that a log keeps. They are a review's text where a file has no header or the target is
//! a column of texts, and no review reaches a log.

/// Of a column's name or of a label.
const MOST_CHARACTERS: usize = 40;
const MOST_WORDS: usize = 5;
const MOST_NAMES: usize = 30;

pub fn is_short(name: &str) -> bool {
    name.chars().count() <= MOST_CHARACTERS && name.split_whitespace().count() <= MOST_WORDS
}

/// Quoted if it is short, or else its length.
pub fn shown(name: &str) -> String {
    if is_short(name) {
        return format!("{name:?}");
    }
    format!("(of {} characters)", name.chars().count())
}

/// How many names there are, and those that are short.
pub fn listed(names: &[String]) -> String {
    let short: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| is_short(name))
        .take(MOST_NAMES)
        .collect();
    let all = names.len();
    match short.len() {
        0 => format!("{all} columns, none of a short name"),
        shown if shown == all => format!("{all} columns, {}", short.join(", ")),
        _ => format!("{all} columns, among them {}", short.join(", ")),
    }
}
