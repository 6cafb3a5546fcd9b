//! What every section draws with: the measure, the labels and their colours.

use contracts::exploration::{Exploration, Group, Groups};
use report::format::count;
use report::{Dot, Shade, Stack, Table};

use crate::measure::{Estimate, Measure};

/// Labels with a colour of their own; the others are drawn together.
const SHADES: usize = 5;

pub struct View<'a> {
    pub exploration: &'a Exploration,
    pub measure: Measure,
    /// The labels that are drawn apart, by place; the rest together.
    apart: Vec<usize>,
}

impl<'a> View<'a> {
    pub fn of(exploration: &'a Exploration) -> View<'a> {
        let mut apart: Vec<usize> = (0..exploration.labels.len()).collect();
        if apart.len() > SHADES + 1 {
            apart.sort_by_key(|place| std::cmp::Reverse(exploration.by_label[*place]));
            apart.truncate(SHADES);
            apart.sort_unstable();
        }
        View {
            exploration,
            measure: Measure::of(exploration),
            apart,
        }
    }

    pub fn labels(&self) -> impl Iterator<Item = (&str, u64)> {
        let labels = self.exploration.labels.iter().map(String::as_str);
        labels.zip(self.exploration.by_label.iter().copied())
    }

    /// "average label", "share of good".
    pub fn measure_name(&self) -> String {
        match &self.measure {
            Measure::Mean(_) => "average label".to_owned(),
            Measure::Share { label, .. } => format!("share of {label}"),
        }
    }

    pub fn measured(&self) -> String {
        match &self.measure {
            Measure::Mean(_) => {
                "The labels are numbers: groups of reviews are compared by their mean.".to_owned()
            }
            Measure::Share { label, .. } => format!(
                "The labels are no numbers: groups of reviews are compared by the share of the last one, {label}."
            ),
        }
    }

    pub fn told(&self, estimate: Estimate) -> String {
        match self.measure {
            Measure::Mean(_) => signed(&format!("{:.2}", estimate.value)),
            Measure::Share { .. } => format!("{:.1} %", estimate.value * 100.0),
        }
    }

    pub fn told_with_bounds(&self, by_label: &[u64]) -> String {
        let Some(it) = self.measure.estimate(by_label) else {
            return "–".to_owned();
        };
        match self.measure {
            Measure::Mean(_) => signed(&format!(
                "{:.3} ({:.3} to {:.3})",
                it.value, it.low, it.high
            )),
            Measure::Share { .. } => format!(
                "{:.1} % ({:.1} to {:.1})",
                it.value * 100.0,
                it.low * 100.0,
                it.high * 100.0
            ),
        }
    }

    pub fn dot(&self, name: String, by_label: &[u64]) -> Option<Dot> {
        let it = self.measure.estimate(by_label)?;
        Some(Dot {
            name,
            low: it.low,
            value: it.value,
            high: it.high,
            told: self.told(it),
            is_marked: false,
        })
    }

    pub fn axis(&self) -> report::Axis {
        match self.measure {
            Measure::Mean(_) => report::Axis::Number,
            Measure::Share { .. } => report::Axis::Share,
        }
    }

    /// All rows' value, as a mark.
    pub fn mark(&self) -> Option<(String, f64)> {
        let all = self.measure.estimate(&self.exploration.by_label)?;
        Some((format!("all {}", self.told(all)), all.value))
    }

    pub fn shade(&self, label: usize) -> Shade {
        let labels = self.exploration.labels.len();
        let place = self.apart.iter().position(|apart| *apart == label);
        let place = place.unwrap_or(SHADES);
        match self.measure {
            // Two or three are told apart best by the ends and the middle.
            Measure::Mean(_) if labels <= SHADES => {
                let scales: [&[Shade]; 6] = [
                    &[],
                    &[Shade::High],
                    &[Shade::Low, Shade::High],
                    &[Shade::Low, Shade::Middle, Shade::High],
                    &[Shade::Low, Shade::Lower, Shade::Higher, Shade::High],
                    &[
                        Shade::Low,
                        Shade::Lower,
                        Shade::Middle,
                        Shade::Higher,
                        Shade::High,
                    ],
                ];
                scales[labels][place]
            }
            _ => Shade::Kind(place),
        }
    }

    /// The names and colours of the parts that [`Self::stack`] has.
    pub fn parts(&self) -> Vec<(String, Shade)> {
        let labels = &self.exploration.labels;
        let apart = self.apart.iter();
        let apart = apart.map(|place| (labels[*place].clone(), self.shade(*place)));
        let others = labels.len() - self.apart.len();
        let others = (others > 0).then(|| (format!("{others} others"), Shade::Kind(SHADES)));
        apart.chain(others).collect()
    }

    pub fn stack(&self, name: String, by_label: &[u64]) -> Stack {
        let all = by_label.iter().sum::<u64>();
        let share = |rows: u64| rows as f64 / all.max(1) as f64;
        let apart: Vec<u64> = self.apart.iter().map(|place| by_label[*place]).collect();
        let others = all - apart.iter().sum::<u64>();
        let others = (self.apart.len() < by_label.len()).then_some(others);
        Stack {
            name,
            shares: apart.into_iter().chain(others).map(share).collect(),
        }
    }
}

/// The groups with those that were left out as the last one.
pub fn with_others(groups: &Groups) -> Vec<Group> {
    let mut all = groups.first.clone();
    if groups.others.iter().any(|rows| *rows > 0) {
        all.push(Group {
            name: format!("{} others", count(groups.more)),
            by_label: groups.others.clone(),
        });
    }
    all
}

/// The table behind a picture.
pub fn table(columns: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table {
        title: "Table".to_owned(),
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        rows,
    }
}

pub fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

/// A name for a file and an anchor: letters and digits of any alphabet become ASCII's, others hyphens; `place` keeps
/// two apart.
pub fn slug(start: &str, name: &str, place: usize) -> String {
    let name = name.to_lowercase();
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let words = words.join("-");
    if words.is_empty() || words.len() > 40 {
        return format!("{start}-{}", place + 1);
    }
    format!("{start}-{words}")
}

/// With as many digits as a reader compares.
pub fn number(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 1_000.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$}")
}

/// Numbers with minus signs in place of hyphens.
pub fn signed(number: &str) -> String {
    number.replace('-', "−")
}
