//! How often sound next files are accused, and from what size on faulty ones are, by simulation on the real file;
//! `peers/constraints/simulate` prints the tables. A third of the rows, drawn at random, is the baseline; the next
//! files are drawn from the others. Deequ's suggested rules stand beside ours on the same draws.

mod deequ;
mod faults;
mod file;
mod measure;
#[cfg(test)]
mod tests;

use measure::SIZES;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: u64| {
        let given = arguments.next();
        given.map_or(otherwise, |seeds| seeds.parse().expect("a number of seeds"))
    };
    let (sound, faulty) = (number(300), number(60));
    let Some(rows) = file::rows() else {
        eprintln!(
            "{} is not here: nothing to simulate on",
            file::path().display()
        );
        return;
    };
    println!(
        "{} rows with a review; a third of them, {}, is the baseline.\n",
        rows.len(),
        rows.len() / 3
    );
    println!(
        "Whole sound files in which anything is found, {sound} draws of a baseline and its next files\n"
    );
    println!(
        "| next file | rows | ours | held | Deequ | of these: completeness | Deequ, extended |"
    );
    println!("|---|---|---|---|---|---|---|");
    for alarms in measure::sound(&rows, sound) {
        let share = |count: u64| count as f64 / sound as f64;
        println!(
            "| {} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} |",
            alarms.share,
            alarms.rows,
            share(alarms.ours),
            share(alarms.held),
            share(alarms.deequ),
            share(alarms.deequ_completeness),
            share(alarms.deequ_extended),
        );
    }
    println!(
        "\nFaulty files in which the column is accused, {faulty} draws; `from`: the size from which at least 95 % are\n"
    );
    let sizes: Vec<String> = SIZES.iter().map(ToString::to_string).collect();
    println!(
        "| fault | column | ours from | Deequ from | extended from | ours at {} |",
        sizes.join(", ")
    );
    println!("|---|---|---|---|---|---|");
    for fault in faults::ALL {
        let caught = measure::caught(&rows, fault, &SIZES, faulty);
        let from = |counts: &[u64]| {
            measure::from(counts, faulty).map_or("never".to_owned(), |rows| rows.to_string())
        };
        let share = |count: &u64| format!("{:.2}", *count as f64 / faulty as f64);
        let shares: Vec<String> = caught.ours.iter().map(share).collect();
        let column = if fault.column.is_empty() {
            "whole rows"
        } else {
            fault.column
        };
        println!(
            "| {} | {column} | {} | {} | {} | {} |",
            fault.name,
            from(&caught.ours),
            from(&caught.deequ),
            from(&caught.deequ_extended),
            shares.join(", "),
        );
    }
}
