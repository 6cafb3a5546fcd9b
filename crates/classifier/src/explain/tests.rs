use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;
use contracts::explanation::Explanation;

use super::picture::{self, Picture};
use super::telling::telling_words;
use super::{Arguments, Explainer, Format, run};
use crate::container::Container;
use crate::testing;
use crate::train;
use crate::trained_model::TrainedModel;

/// An untrained model's explanation of a label.
fn explain(text: &str, label: Option<&str>) -> Result<Explanation> {
    let folder = tempfile::tempdir().unwrap();
    testing::folder().write(folder.path()).unwrap();
    let model = TrainedModel::load(folder.path()).unwrap();
    Explainer::new(&model, folder.path())?.explain(text, label)
}

fn explained(text: &str) -> Explanation {
    explain(text, None).unwrap()
}

#[test]
fn what_the_words_add_is_the_difference_of_the_logits() {
    let mut largest = 0f64;
    for text in [
        "lovely",
        "an awful skirt in plain fabric, bought in store",
        "plain dress",
    ] {
        for label in ["-1", "0", "1"] {
            let explanation = explain(text, Some(label)).unwrap();
            let completeness = explanation.completeness;
            assert!(completeness.holds(), "{completeness:?}");
            let sum: f64 = explanation.words.iter().map(|word| word.attribution).sum();
            let difference = completeness.logit - completeness.baseline_logit;
            // Special tokens are the same in the baseline, so the words carry all of it.
            assert!(
                (sum - difference).abs() <= completeness.bound,
                "{sum} against {difference}"
            );
            largest = difference.abs().max(largest);
        }
    }
    assert!(largest > 0.05, "a difference worth explaining: {largest}");
}

#[test]
fn words_come_whole_and_where_they_stand_in_the_text() {
    let text = "  Lovely dress,\tinstore  ÜN";
    let explanation = explained(text);
    let words: Vec<&str> = explanation
        .words
        .iter()
        .map(|word| word.word.as_str())
        .collect();
    assert_eq!(words, ["Lovely", "dress", ",", "instore", "ÜN"]);
    for word in &explanation.words {
        assert_eq!(&text[word.start..word.end], word.word);
    }
    assert!(!explanation.truncated);
    let long = explained(&"plain dress ".repeat(100));
    assert!(long.truncated && long.words.len() < 100);
}

/// Trains on rows that one word each gives away, and explains some of them.
fn trained(changes: &[(&str, &str)], method: &str, words: [Option<&str>; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    testing::training_job(&container, &testing::rows(120), &[]);
    if !changes.is_empty() {
        let changes: BTreeMap<_, _> = changes.iter().copied().collect();
        let json = serde_json::to_vec(&changes).unwrap();
        fs::write(container.hyperparameters(), json).unwrap();
    }
    train::run(&container).unwrap();
    let model = TrainedModel::load(&container.model()).unwrap();
    let mut explainer = Explainer::new(&model, &container.model()).unwrap();
    let explanations: Vec<Explanation> = testing::rows(30)
        .iter()
        .map(|row| explainer.explain(&row.text, None).unwrap())
        .collect();
    let labels = ["-1", "0", "1"].map(str::to_owned);
    let telling = telling_words(&explanations, 90, &labels);
    assert_eq!(telling.method, method);
    assert_eq!(
        (telling.rows, telling.of_rows, telling.incomplete_rows),
        (30, 90, 0)
    );
    for (label, word) in telling.labels.iter().zip(words) {
        let Some(word) = word else { continue };
        assert_eq!(label.words[0].word, word, "{label:?}");
        assert!(label.words[0].rows >= 8, "{label:?}");
    }
    // A rare word is left out, however much it said.
    let few = telling_words(&explanations[..2], 90, &labels);
    assert!(few.labels.iter().all(|label| label.words.is_empty()));
}

#[test]
fn bert_is_explained_by_the_words_it_was_trained_on() {
    // It answers 0 to a text without words, so no word need speak for that.
    trained(
        &[],
        "integrated_gradients",
        [Some("awful"), None, Some("lovely")],
    );
}

#[test]
fn fasttext_is_explained_by_the_words_it_was_trained_on() {
    let changes = [
        ("algorithm", "fasttext"),
        ("epochs", "20"),
        ("learning_rate", "0.5"),
        ("vector_dim", "8"),
        ("word_ngrams", "2"),
        ("min_char", "3"),
        ("max_char", "4"),
        ("buckets", "1000"),
    ];
    trained(&changes, "linear", ["awful", "plain", "lovely"].map(Some));
}

#[test]
fn what_cannot_be_explained_is_refused_by_name() {
    let error = |text, label| format!("{:#}", explain(text, label).unwrap_err());
    assert!(error("lovely", Some("2")).contains("no label \"2\", only -1, 0, 1"));
    assert!(error(" \n", None).contains("the text is empty"));
    let nothing = Arguments {
        model: "nowhere".into(),
        text: None,
        file: None,
        label: None,
        format: Format::Json,
    };
    assert!(
        run(&nothing)
            .unwrap_err()
            .to_string()
            .contains("nothing to explain")
    );
}

#[test]
fn pictures_show_every_word_and_never_markup_from_the_text() {
    let text = "lovely <b>dress</b> & \"awful\"";
    let explanation = explained(text);
    let (texts, explanations) = ([text.to_owned()], [explanation]);
    let page = picture::html(&texts, &explanations);
    assert!(
        !page.contains("<b>") && page.contains("&lt;") && page.contains("&quot;"),
        "{page}"
    );
    assert!(!page.contains("<script") && !page.contains("http"));
    let plain = Picture { colour: false }.terminal(&texts, &explanations);
    assert!(!plain.contains('\x1b'));
    let shaded = Picture { colour: true }.terminal(&texts, &explanations);
    for word in ["lovely", "dress", "awful", "within the bound"] {
        assert!(
            page.contains(word) && plain.contains(word) && shaded.contains(word),
            "{word}"
        );
    }
}
