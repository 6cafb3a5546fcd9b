//! The command that begins a study.

use contracts::tuning::{Adopt, Range, Strategy, Study};

use super::settings::algorithm;
use super::space;
use crate::shell;

/// The one that begins this study again: with its ranges, budget and strategy.
pub fn command(study: &Study) -> String {
    let mut words = vec![
        "reviewloop tune".to_owned(),
        format!("--jobs {} --parallel {}", study.jobs, study.parallel),
    ];
    if study.strategy != Strategy::default() {
        words.push(format!("--strategy {}", study.strategy.name()));
    }
    let algorithm = algorithm(&study.present);
    let is_own = |is_pretrained| space::of_algorithm(algorithm, is_pretrained) == study.ranges;
    if !is_own(true) && !is_own(false) {
        let ranges = study.ranges.iter();
        words.extend(ranges.map(|(name, range)| {
            let range = format!("{name}={}", text(range));
            format!("--parameter {}", shell::word(&range))
        }));
    }
    if study.adopt == Adopt::Always {
        words.push("--adopt always".to_owned());
    }
    words.join(" ")
}

/// As a person writes it.
fn text(range: &Range) -> String {
    match range {
        Range::Integer {
            min,
            max,
            logarithmic,
        }
        | Range::Continuous {
            min,
            max,
            logarithmic,
        } => format!("{min}:{max}{}", if *logarithmic { ":log" } else { "" }),
        Range::Categorical { values } => values.join(","),
    }
}
