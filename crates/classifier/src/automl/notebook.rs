//! Notebooks to be read: cells of Markdown in the format of Jupyter, version 4.5.

use serde_json::{Value, json};

/// Written from top to bottom.
#[derive(Default)]
pub struct Notebook(Vec<Value>);

impl Notebook {
    pub fn cell(&mut self, markdown: &str) {
        let place = self.0.len() + 1;
        self.0.push(json!({
            "cell_type": "markdown",
            // From version 4.5 on each cell has one.
            "id": format!("cell-{place}"),
            "metadata": {},
            "source": markdown.trim().split_inclusive('\n').collect::<Vec<_>>(),
        }));
    }

    pub fn finish(self) -> Value {
        json!({ "cells": self.0, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 })
    }
}

/// A table of Markdown.
pub fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = columns.iter().map(|name| plain(name)).collect();
    let rule = vec!["---".to_owned(); columns.len()];
    let rows = rows.into_iter().map(|row| {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
        line(&cells)
    });
    [line(&head), line(&rule)].into_iter().chain(rows).collect()
}

/// A value as it stands, in a table's cell too: nothing of it is Markdown or HTML.
pub fn plain(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '|' | '*' | '_' | '`' | '\\' | '[' | ']' | '#' | '$' | '~' | '!' => {
                plain.push('\\');
                plain.push(character);
            }
            character if character.is_control() => plain.push(' '),
            character => plain.push(character),
        }
    }
    plain
}
