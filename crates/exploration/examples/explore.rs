//! The page of the public clothing reviews, to look at: `cargo run -p exploration --example explore -- FOLDER [COPIES]`.
//!
//! It is drawn against a version with the file's first three fifths. With COPIES the file's rows are read so many times,
//! every third word replaced so that copies differ, and the time and memory that took are printed.

#[path = "../src/tests/womens.rs"]
mod womens;

use std::path::Path;
use std::time::Instant;

use contracts::dataset::{QuarantinedRow, Row};
use contracts::exploration::Exploration;
use exploration::{Explorer, page};
use policy::consolidation::{Consolidated, consolidate};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("the folder to write to");
    let copies: Option<usize> = arguments
        .next()
        .map(|copies| copies.parse().expect("a number"));
    let file = womens::file().expect("shared/data beside the repository has the file");
    let (rows, quarantined) = womens::read(&file);
    if let Some(copies) = copies {
        return measure(&consolidate(rows), copies);
    }
    let before = explored(
        1,
        &["first"],
        &rows[..rows.len() * 3 / 5],
        &quarantined[..400],
    );
    let after = explored(2, &["first", "second"], &rows, &quarantined);
    let page = page(&after, Some(&before));
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).expect("the folder is made");
    let write = |name: &str, content: &str| {
        std::fs::write(folder.join(name), content).expect("the file is written");
    };
    write("index.html", &page.html);
    let json = serde_json::to_string(&after).expect("figures are JSON");
    write("exploration.json", &json);
    for picture in &page.pictures {
        write(&format!("{}.svg", picture.name), &picture.svg);
    }
    let (html, json) = (page.html.len() / 1024, json.len() / 1024);
    println!(
        "{} pictures; page {html} KiB, figures {json} KiB",
        page.pictures.len()
    );
}

fn explored(
    number: u32,
    parts: &[&str],
    rows: &[Row],
    quarantined: &[QuarantinedRow],
) -> Exploration {
    let manifest = womens::manifest(number, parts, quarantined.len() as u64);
    let mut explorer = Explorer::new(&manifest);
    consolidate(rows.iter().cloned())
        .iter()
        .for_each(|row| explorer.add(row));
    quarantined.iter().for_each(|row| explorer.quarantined(row));
    explorer.finish()
}

fn measure(rows: &[Consolidated], copies: usize) {
    let mut explorer = Explorer::new(&womens::manifest(1, &["first"], 0));
    let mut seconds = 0.0;
    for copy in 0..copies {
        for row in rows {
            let words = row.text.split_whitespace().enumerate();
            let words = words.map(|(place, word)| {
                if copy > 0 && place % 3 == 0 {
                    format!("{copy}")
                } else {
                    word.to_owned()
                }
            });
            let text = words.collect::<Vec<_>>().join(" ");
            let row = Consolidated {
                text,
                ..row.clone()
            };
            let start = Instant::now();
            explorer.add(&row);
            seconds += start.elapsed().as_secs_f64();
        }
    }
    let start = Instant::now();
    let found = explorer.finish();
    let last = start.elapsed().as_secs_f64();
    let all = found.rows() as f64;
    println!(
        "{all} rows: {:.0} rows/s, then {last:.1} s to finish",
        all / seconds
    );
    println!(
        "looked at for near-duplicates: {}",
        found.near_duplicates.examined
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
        println!("{line} (the file's rows among it)");
    }
}
