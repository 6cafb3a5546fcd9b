//! `date_format` and `date_parse` with MySQL's letters, `format_datetime` with Joda's.

use chrono::NaiveDateTime;
use chrono::format::{Parsed, StrftimeItems};
use datafusion::error::Result;

use crate::error::named;
use crate::functions::row::argument;

/// MySQL's letters in chrono's; Trino refuses some itself.
fn chrono_pattern(mysql: &str) -> Result<String> {
    let (mut pattern, mut letters) = (String::new(), mysql.chars());
    while let Some(letter) = letters.next() {
        if letter != '%' {
            pattern.push(letter);
            continue;
        }
        let chrono = match letters.next() {
            Some('a') => "%a",
            Some('b') => "%b",
            Some('c') => "%-m",
            Some('d') => "%d",
            Some('e') => "%-d",
            Some('f') => "%6f",
            Some('H') => "%H",
            Some('h' | 'I') => "%I",
            Some('i') => "%M",
            Some('j') => "%j",
            Some('k') => "%-H",
            Some('l') => "%-I",
            Some('M') => "%B",
            Some('m') => "%m",
            Some('p') => "%p",
            Some('r') => "%I:%M:%S %p",
            Some('S' | 's') => "%S",
            Some('T') => "%H:%M:%S",
            Some('v') => "%V",
            Some('W') => "%A",
            Some('x') => "%G",
            Some('Y') => "%Y",
            Some('y') => "%y",
            Some('%') => "%%",
            Some(letter @ ('D' | 'U' | 'u' | 'V' | 'w' | 'X')) => {
                return Err(argument(format!(
                    "%{letter} not supported in date format string"
                )));
            }
            // MySQL reads any other letter as itself.
            Some(letter) => {
                pattern.push(letter);
                ""
            }
            None => "",
        };
        pattern.push_str(chrono);
    }
    Ok(pattern)
}

pub fn mysql_text(at: NaiveDateTime, format: &str) -> Result<String> {
    Ok(at.format(&chrono_pattern(format)?).to_string())
}

pub fn mysql_moment(text: &str, format: &str) -> Result<NaiveDateTime> {
    let pattern = chrono_pattern(format)?.replace("%6f", "%f");
    let refused = || argument(format!("Invalid format: \"{text}\""));
    let mut parsed = Parsed::new();
    chrono::format::parse(&mut parsed, text, StrftimeItems::new(&pattern))
        .map_err(|_| refused())?;
    // What the format does not name is the beginning of 1970.
    if parsed.year().is_none()
        && parsed.year_mod_100().is_none()
        && parsed.timestamp().is_none()
        && parsed.isoyear().is_none()
    {
        let _ = parsed.set_year(1970);
    }
    if parsed.ordinal().is_none() && parsed.isoweek().is_none() {
        if parsed.month().is_none() {
            let _ = parsed.set_month(1);
        }
        if parsed.day().is_none() {
            let _ = parsed.set_day(1);
        }
    }
    let date = parsed.to_naive_date().map_err(|_| refused())?;
    if parsed.hour_div_12().is_none() && parsed.hour_mod_12().is_none() {
        let _ = parsed.set_hour(0);
    } else if parsed.hour_div_12().is_none() {
        let _ = parsed.set_ampm(false);
    }
    if parsed.minute().is_none() {
        let _ = parsed.set_minute(0);
    }
    let time = parsed.to_naive_time().map_err(|_| refused())?;
    Ok(date.and_time(time))
}

/// The runs of letters that Joda and analysts use; any other is refused by name.
pub fn joda_text(at: NaiveDateTime, format: &str) -> Result<String> {
    let (mut pattern, mut rest) = (String::new(), format);
    while let Some(letter) = rest.chars().next() {
        if let Some(quoted) = rest.strip_prefix('\'') {
            let (literal, after) = quoted
                .split_once('\'')
                .ok_or_else(|| argument(format!("Illegal pattern: {format}")))?;
            pattern.push_str(if literal.is_empty() { "'" } else { literal });
            rest = after;
            continue;
        }
        let count = rest.chars().take_while(|next| *next == letter).count();
        let (run, after) = rest.split_at(count * letter.len_utf8());
        pattern.push_str(match run {
            "yyyy" | "YYYY" | "y" => "%Y",
            "yy" => "%y",
            "MM" => "%m",
            "M" => "%-m",
            "MMM" => "%b",
            "MMMM" => "%B",
            "dd" => "%d",
            "d" => "%-d",
            "HH" => "%H",
            "H" => "%-H",
            "hh" => "%I",
            "mm" => "%M",
            "ss" => "%S",
            "SSS" => "%3f",
            "a" => "%p",
            "E" | "EE" | "EEE" => "%a",
            "EEEE" => "%A",
            "e" => "%u",
            "w" => "%-V",
            "ww" => "%V",
            "xxxx" | "x" => "%G",
            "D" => "%-j",
            run if !letter.is_ascii_alphabetic() => run,
            run => return Err(named(format!("NOT_SUPPORTED: {run} in format_datetime"))),
        });
        rest = after;
    }
    Ok(at.format(&pattern).to_string())
}
