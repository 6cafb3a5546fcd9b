//! The words that tell classes apart.

use contracts::exploration::Telling;
use report::format::count;
use report::{Axis, Card, Dot, Dots, Drawing, PictureSection, Source};

use super::view::{View, slug, table};
use crate::sql;
use crate::telling::{PRIOR, SURE};

/// Classes that have a picture.
const CLASSES: usize = 6;

pub fn section(view: &View) -> PictureSection {
    let all = view.exploration.telling.iter().enumerate();
    let mut classes: Vec<(usize, &Vec<Telling>)> =
        all.filter(|(_, words)| !words.is_empty()).collect();
    classes.sort_by_key(|(label, _)| std::cmp::Reverse(view.exploration.by_label[*label]));
    let more = classes.len().saturating_sub(CLASSES);
    classes.truncate(CLASSES);
    classes.sort_by_key(|(label, _)| *label);
    let more = match more {
        0 => String::new(),
        more => format!(" {more} rarer classes are left out."),
    };
    let forgotten = match view.exploration.forgotten {
        0 => String::new(),
        rows => format!(
            " There are too many different words to keep: a word's reviews may be up to {} too few.",
            count(rows)
        ),
    };
    PictureSection {
        title: "The words that tell classes apart".to_owned(),
        text: format!(
            "How many times the odds of having the word are those of all other classes' reviews, with 95 % intervals. \
             The surest come first: by the lower end of intervals that are wide enough for all words at once \
             (z = {SURE}). Log-odds ratios with an informative prior (Monroe, Colaresi \
             and Quinn 2008): every word begins with the whole dataset's share at the weight of {PRIOR} reviews, so \
             that rare words do not stand out by chance.{more}{forgotten}"
        ),
        cards: classes
            .iter()
            .map(|(label, words)| card(view, *label, words))
            .collect(),
    }
}

fn card(view: &View, label: usize, words: &[Telling]) -> Card {
    let name = &view.exploration.labels[label];
    let dots = words.iter().map(|word| Dot {
        name: word.word.clone(),
        low: word.low,
        value: word.log_odds,
        high: word.high,
        told: ratio(word.log_odds),
        is_marked: false,
    });
    let rows = words.iter().map(|word| {
        let all: u64 = word.by_label.iter().sum();
        vec![
            word.word.clone(),
            format!(
                "{} ({} to {})",
                ratio(word.log_odds),
                ratio(word.low),
                ratio(word.high)
            ),
            count(word.by_label[label]),
            count(all - word.by_label[label]),
        ]
    });
    Card {
        name: slug("words-of-class", &name.replace('-', "minus-"), label),
        title: format!("Words of class {name}"),
        caption: format!(
            "Of {} reviews of the class, against {} others.",
            count(view.exploration.by_label[label]),
            count(view.exploration.rows() - view.exploration.by_label[label])
        ),
        drawing: Some(Drawing::Dots(Dots {
            axis: Axis::Ratio,
            mark: None,
            rows: dots.collect(),
        })),
        table: table(
            &["word", "times the odds", "of the class", "others"],
            rows.collect(),
        ),
        source: Source::Sql(query(name)),
        is_wide: false,
    }
}

fn ratio(logarithm: f64) -> String {
    format!("×{:.1}", logarithm.exp())
}

fn query(label: &str) -> String {
    let label = sql::text(label);
    format!(
        "WITH rows_of AS (\n  SELECT CAST(count_if(sentiment = {label}) AS double) AS here, \
         CAST(count_if(sentiment <> {label}) AS double) AS others FROM reviews),\n\
         words AS (\n  SELECT word, CAST(count_if(sentiment = {label}) AS double) AS a, \
         CAST(count_if(sentiment <> {label}) AS double) AS b\n  FROM reviews\n  CROSS JOIN UNNEST(array_distinct(\
         regexp_extract_all(lower(review_body), '[\\p{{L}}\\p{{N}}]+(?:''[\\p{{L}}\\p{{N}}]+)*'))) AS t (word)\n  \
         WHERE length(word) > 1\n  GROUP BY word),\n\
         cells AS (\n  SELECT word, a + prior AS c1, here - a + {PRIOR} - prior AS c2, b + prior AS c3, \
         others - b + {PRIOR} - prior AS c4\n  FROM (SELECT *, {PRIOR}e0 * (a + b) / (here + others) AS prior FROM words \
         CROSS JOIN rows_of))\n\
         SELECT word, exp(ln(c1 / c2) - ln(c3 / c4)) AS times_the_odds,\n       \
         exp(ln(c1 / c2) - ln(c3 / c4) - 1.96 * error) AS low,\n       \
         exp(ln(c1 / c2) - ln(c3 / c4) + 1.96 * error) AS high\n\
         FROM (SELECT *, sqrt(1 / c1 + 1 / c2 + 1 / c3 + 1 / c4) AS error FROM cells)\n\
         ORDER BY ln(c1 / c2) - ln(c3 / c4) - {SURE} * error DESC\nLIMIT 12"
    )
}
