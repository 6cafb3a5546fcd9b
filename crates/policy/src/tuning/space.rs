//! The values that hyperparameters are searched among.

use contracts::tuning::{Range, Ranges};

/// What an algorithm is searched by unless a person says otherwise: what changes its scores most, each around its
/// default. Rates and strengths act by their factor, hence the logarithms.
pub fn of_algorithm(algorithm: &str, is_pretrained: bool) -> Ranges {
    let ranges = match (algorithm, is_pretrained) {
        ("bert", true) => vec![
            ("learning_rate", continuous("0.00001", "0.0003", true)),
            ("epochs", integer("2", "6", false)),
            ("weight_decay", continuous("0.001", "0.3", true)),
            ("hidden_dropout_prob", continuous("0.0", "0.3", false)),
        ],
        ("bert", false) => vec![
            ("learning_rate", continuous("0.0002", "0.005", true)),
            ("epochs", integer("3", "10", false)),
            ("weight_decay", continuous("0.001", "0.3", true)),
            ("hidden_dropout_prob", continuous("0.0", "0.4", false)),
        ],
        ("fasttext", _) => vec![
            ("learning_rate", continuous("0.05", "1.0", true)),
            ("word_ngrams", integer("1", "3", false)),
            ("vector_dim", integer("16", "128", true)),
            ("min_count", integer("1", "5", false)),
        ],
        ("ngrams", _) => vec![
            ("c", continuous("0.01", "100.0", true)),
            ("word_ngrams", integer("1", "3", false)),
            ("min_count", integer("1", "5", false)),
        ],
        _ => Vec::new(),
    };
    let ranges = ranges.into_iter();
    ranges
        .map(|(name, range)| (name.to_owned(), range))
        .collect()
}

/// How many settings the ranges have; `None` where a range has fractions, or they are too many to be counted.
pub fn combinations(ranges: &Ranges) -> Option<u64> {
    let sizes = ranges.values().map(|range| match range {
        Range::Integer { min, max, .. } => {
            let (min, max): (i64, i64) = (min.parse().ok()?, max.parse().ok()?);
            max.abs_diff(min).checked_add(1)
        }
        Range::Categorical { values } => u64::try_from(values.len()).ok(),
        Range::Continuous { .. } => None,
    });
    sizes
        .into_iter()
        .try_fold(1u64, |product, size| product.checked_mul(size?))
}

/// As a person writes it: `MIN:MAX`, `MIN:MAX:log`, or values separated by commas. Two whole numbers are a range of
/// whole numbers; `0.0:1.0` is one of fractions. Errors name the hyperparameter.
pub fn range(name: &str, text: &str) -> Result<Range, String> {
    let wrong = |reason: &str| {
        Err(format!(
            "{name}={text}: {reason}; write MIN:MAX, MIN:MAX:log or values separated by commas"
        ))
    };
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let (min, max, logarithmic) = match parts[..] {
        [values] => {
            let values: Vec<String> = values
                .split(',')
                .map(|value| value.trim().to_owned())
                .collect();
            if values.iter().any(String::is_empty) {
                return wrong("a value is empty");
            }
            if (1..values.len()).any(|place| values[..place].contains(&values[place])) {
                return wrong("a value is given twice");
            }
            let is_odd = |letter: char| "\"'\\".contains(letter) || letter.is_control();
            if values.iter().any(|value| value.contains(is_odd)) {
                return wrong("a value has a quotation mark, a backslash or a control character");
            }
            return Ok(Range::Categorical { values });
        }
        [min, max] => (min, max, false),
        [min, max, "log"] => (min, max, true),
        _ => return wrong("that is no range"),
    };
    let (Ok(low), Ok(high)) = (min.parse::<f64>(), max.parse::<f64>()) else {
        return wrong("an end is no number");
    };
    if !(low.is_finite() && high.is_finite() && low < high) {
        return wrong("the first end must be below the second");
    }
    if logarithmic && low <= 0.0 {
        return wrong("a logarithmic range lies above 0");
    }
    let is_whole = |end: &str| end.parse::<i64>().is_ok();
    Ok(if is_whole(min) && is_whole(max) {
        integer(min, max, logarithmic)
    } else {
        continuous(min, max, logarithmic)
    })
}

fn integer(min: &str, max: &str, logarithmic: bool) -> Range {
    Range::Integer {
        min: min.to_owned(),
        max: max.to_owned(),
        logarithmic,
    }
}

fn continuous(min: &str, max: &str, logarithmic: bool) -> Range {
    Range::Continuous {
        min: min.to_owned(),
        max: max.to_owned(),
        logarithmic,
    }
}
