//! `classifier show`: the first rows of files, readably.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use serde_json::Value;

use crate::rows;

/// Characters of a text, and numbers of a list, that are shown.
const CHARACTERS: usize = 100;
const NUMBERS: usize = 16;

#[derive(Args)]
pub struct Show {
    /// Files of JSON Lines, CSV, Parquet or TFRecord.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How many rows of each file.
    #[arg(long, default_value_t = 3)]
    rows: usize,
}

/// Prints them.
pub fn run(show: &Show) -> Result<()> {
    for file in &show.files {
        print!("{}", first_rows(file, show.rows)?);
    }
    Ok(())
}

/// A file's first rows, a line per column.
pub fn first_rows(file: &Path, count: usize) -> Result<String> {
    let mut shown = format!("{}\n", file.display());
    if count == 0 {
        return Ok(shown);
    }
    rows::for_each(file, |number, row| {
        writeln!(shown, "row {number}")?;
        let widest = row.keys().map(String::len).max().unwrap_or(0);
        for (name, value) in &row {
            writeln!(shown, "  {name:widest$}  {}", brief(value))?;
        }
        Ok(number < count)
    })?;
    Ok(shown)
}

fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => {
            let start: String = text.chars().take(CHARACTERS).collect();
            let more = if start.len() < text.len() { " ..." } else { "" };
            format!("{start:?}{more}")
        }
        Value::Array(values) => {
            let first: Vec<String> = values.iter().take(NUMBERS).map(Value::to_string).collect();
            let more = if values.len() > NUMBERS { " ..." } else { "" };
            format!("{} values: {}{more}", values.len(), first.join(" "))
        }
        other => other.to_string(),
    }
}
