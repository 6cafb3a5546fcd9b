//! One pass over a version's rows.

use contracts::dataset::{DatasetManifest, Origin, QuarantinedRow, Slice};
use contracts::exploration::{Exploration, Lengths, Listed, OriginRows, Spread};
use policy::consolidation::Consolidated;
use policy::text::normalise;

use crate::categories::Categories;
use crate::columns::Columns;
use crate::near::{Near, Shingles};
use crate::numbers::Numbers;
use crate::quarantine::Reasons;
use crate::telling::telling;
use crate::vocabulary::Vocabulary;
use crate::words::words;

const MOST_CATEGORIES: usize = 10_000;
/// Characters of a category.
const CHARACTERS: usize = 100;
/// Categories that are listed.
const CATEGORIES: usize = 24;
/// Parts that are listed; a version with more is not compared by what came.
const PARTS: usize = 1_000;
/// Bins of the lengths, besides that of all longer texts.
const BINS: usize = 24;

pub struct Explorer {
    manifest: DatasetManifest,
    by_label: Vec<u64>,
    other_labels: u64,
    human: u64,
    uncertain: u64,
    origins: [u64; 3],
    categories: Categories,
    lengths: Numbers,
    columns: Columns,
    vocabulary: Vocabulary,
    near: Near,
    reasons: Reasons,
}

const ORIGINS: [Origin; 3] = [Origin::Upload, Origin::Audit, Origin::Uncertain];

impl Explorer {
    pub fn new(manifest: &DatasetManifest) -> Explorer {
        let labels = manifest.labels.len();
        Explorer {
            manifest: manifest.clone(),
            by_label: vec![0; labels],
            other_labels: 0,
            human: 0,
            uncertain: 0,
            origins: [0; 3],
            categories: Categories::new(labels, MOST_CATEGORIES),
            lengths: Numbers::new(labels),
            columns: Columns::new(labels, manifest.mapping.clone()),
            vocabulary: Vocabulary::new(labels),
            near: Near::new(),
            reasons: Reasons::default(),
        }
    }

    pub fn add(&mut self, row: &Consolidated) {
        let labels = &self.manifest.labels;
        let Some(label) = labels.iter().position(|label| *label == row.label) else {
            self.other_labels += 1;
            return;
        };
        self.by_label[label] += 1;
        self.human += u64::from(row.human);
        self.uncertain += u64::from(row.slice == Slice::Uncertain);
        self.origins[row.origin as usize] += 1;
        if let Some(category) = &row.category {
            self.categories.add(start(category), label);
        }
        self.columns.add(row, label);
        let length = row.text.split_whitespace().count();
        self.lengths.add(length as f64, label);
        let normal = normalise(&row.text);
        let words: Vec<&str> = words(&normal).collect();
        self.vocabulary.next_row();
        for word in &words {
            self.vocabulary.add(word, label);
        }
        self.near.add(row, Shingles::of(&words));
    }

    /// A row that a part's quarantine file names.
    pub fn quarantined(&mut self, row: &QuarantinedRow) {
        self.reasons.add(row);
    }

    pub fn finish(self) -> Exploration {
        let quarantined = self.manifest.quarantined();
        let DatasetManifest {
            dataset,
            number,
            id,
            parts,
            mapping,
            labels,
            check,
            ..
        } = self.manifest;
        let origins = ORIGINS.into_iter().zip(self.origins);
        let origins = origins.map(|(origin, rows)| OriginRows { origin, rows });
        Exploration {
            dataset,
            number,
            id,
            parts: Listed::of(parts.into_iter().map(|part| part.id).collect(), PARTS),
            text_column: mapping.text_column,
            label_column: mapping.label_column,
            category_column: mapping.category_column,
            words: lengths(&self.lengths, labels.len()),
            telling: telling(&self.vocabulary, &self.by_label),
            forgotten: self.vocabulary.forgotten(),
            labels,
            other_labels: self.other_labels,
            human: self.human,
            uncertain: self.uncertain,
            origins: origins.filter(|origin| origin.rows > 0).collect(),
            categories: self.categories.finish(CATEGORIES),
            columns: self.columns.finish(&self.by_label),
            near_duplicates: self.near.finish(),
            quarantine: self.reasons.finish(quarantined),
            by_label: self.by_label,
            check,
        }
    }
}

/// A category's first characters, so that ten thousand of them are not large.
fn start(category: &str) -> &str {
    let end = category.char_indices().nth(CHARACTERS);
    end.map_or(category, |(end, _)| &category[..end])
}

fn lengths(lengths: &Numbers, labels: usize) -> Lengths {
    let classes = (0..labels).map(|label| Spread {
        mean: lengths.mean_of(label),
        p5: lengths.quantile(label, 0.05),
        p25: lengths.quantile(label, 0.25),
        p50: lengths.quantile(label, 0.5),
        p75: lengths.quantile(label, 0.75),
        p95: lengths.quantile(label, 0.95),
    });
    let classes: Vec<Spread> = classes.collect();
    let long = classes.iter().map(|class| class.p95).fold(1.0, f64::max);
    let width = width(long * 1.25 / BINS as f64);
    if lengths.count() == 0 {
        return Lengths::default();
    }
    let (_, maximum) = lengths.range();
    let needed = (maximum / width as f64).floor() as u64 + 1;
    Lengths {
        all: lengths.moments(),
        maximum: maximum as u64,
        width,
        bins: lengths.histogram(width, (needed as usize).min(BINS + 1)),
        classes,
    }
}

/// The least round number of words that is not less.
fn width(words: f64) -> u64 {
    let tens = (0..12).map(|power| 10u64.pow(power));
    let mut round = tens.flat_map(|ten| [ten, 2 * ten, 5 * ten]);
    let width = round.find(|width| *width as f64 >= words);
    width.expect("a text has fewer words")
}
