//! From the explanations of the models of an ensemble to that of its answer.

use contracts::explanation::{Completeness, Explanation, WordAttribution};

/// Each with what its logit is multiplied by. At least one.
pub fn of(text: &str, mut parts: Vec<(f64, Explanation)>) -> Explanation {
    if let [(1.0, _)] = parts[..] {
        let (_, only) = parts.remove(0);
        return only;
    }
    let mut methods: Vec<&str> = parts.iter().map(|(_, part)| &*part.method).collect();
    methods.sort_unstable();
    methods.dedup();
    Explanation {
        method: methods.join(" + "),
        words: words(text, &parts),
        truncated: parts.iter().any(|(_, part)| part.truncated),
        completeness: completeness(&parts),
        ..Explanation::default()
    }
}

/// Algorithms split a text into different words. Those that overlap become one, with the sum of what they added.
fn words(text: &str, parts: &[(f64, Explanation)]) -> Vec<WordAttribution> {
    let all = parts
        .iter()
        .flat_map(|(share, part)| part.words.iter().map(move |word| (share, word)));
    let mut all: Vec<(&f64, &WordAttribution)> = all.collect();
    all.sort_by_key(|(_, word)| (word.start, word.end));
    let mut words: Vec<WordAttribution> = Vec::new();
    for (share, word) in all {
        let attribution = share * word.attribution;
        match words.last_mut() {
            Some(last) if word.start < last.end || word.start == last.start => {
                last.end = last.end.max(word.end);
                last.attribution += attribution;
            }
            _ => words.push(WordAttribution {
                attribution,
                ..word.clone()
            }),
        }
    }
    for word in &mut words {
        text[word.start..word.end].clone_into(&mut word.word);
    }
    words
}

fn completeness(parts: &[(f64, Explanation)]) -> Completeness {
    let sum = |of: fn(&Completeness) -> f64| {
        let shares = parts
            .iter()
            .map(|(share, part)| share * of(&part.completeness));
        shares.sum()
    };
    Completeness {
        logit: sum(|part| part.logit),
        baseline_logit: sum(|part| part.baseline_logit),
        sum: sum(|part| part.sum),
        error: sum(|part| part.error),
        bound: sum(|part| part.bound),
        steps: parts
            .iter()
            .map(|(_, part)| part.completeness.steps)
            .max()
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(method: &str, words: &[(usize, usize, f64)], bound: f64) -> Explanation {
        let words = words.iter();
        let words = words.map(|&(start, end, attribution)| WordAttribution {
            word: String::new(),
            start,
            end,
            attribution,
        });
        Explanation {
            method: method.to_owned(),
            words: words.collect(),
            completeness: Completeness {
                bound,
                ..Completeness::default()
            },
            ..Explanation::default()
        }
    }

    #[test]
    fn words_that_overlap_become_one_and_nothing_is_lost() {
        let text = "don't buy it";
        let one = part("linear", &[(0, 3, 1.0), (6, 9, 2.0)], 0.1);
        let other = part(
            "integrated_gradients",
            &[(0, 5, 4.0), (6, 9, 6.0), (10, 12, 8.0)],
            0.2,
        );
        let found = of(text, vec![(1.0, one), (0.5, other)]);
        let words: Vec<(&str, f64)> = found
            .words
            .iter()
            .map(|word| (&*word.word, word.attribution))
            .collect();
        assert_eq!(words, [("don't", 3.0), ("buy", 5.0), ("it", 4.0)]);
        assert_eq!(found.method, "integrated_gradients + linear");
        assert!((found.completeness.bound - 0.2).abs() < 1e-12);
    }

    #[test]
    fn a_model_alone_is_explained_as_it_is() {
        let one = part("linear", &[(0, 3, 1.0), (2, 5, 2.0)], 0.1);
        assert_eq!(of("lovely", vec![(1.0, one.clone())]), one);
    }
}
