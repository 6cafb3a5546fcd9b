use proptest::prelude::*;

use super::*;

const SETTINGS: Settings = Settings {
    word_ngrams: 2,
    min_count: 1,
    max_features: 1000,
};

const TEXTS: [&str; 6] = [
    "the dress is lovely",
    "a lovely, lovely colour",
    "the seam tore at once",
    "it tore, and the colour ran",
    "fits well and is warm",
    "not warm and not well made",
];
const CLASSES: [usize; 6] = [1, 1, 0, 0, 1, 0];

fn fitted(strength: f64) -> (Vocabulary, Vec<f64>) {
    let vocabulary = Vocabulary::count(&TEXTS, SETTINGS).unwrap();
    let rows = vocabulary.rows(&TEXTS);
    let problem = Problem {
        rows: &rows,
        columns: vocabulary.ngrams().len(),
        classes: &CLASSES,
        class_weights: &[1.0, 1.0],
    };
    let weights = fit(&problem, strength, None).weights;
    (vocabulary, weights)
}

fn model(strength: f64) -> Ngrams {
    let (vocabulary, weights) = fitted(strength);
    let weights = weights.into_iter().map(|weight| weight as f32).collect();
    Ngrams::new(
        vocabulary,
        vec!["bad".to_owned(), "good".to_owned()],
        weights,
    )
    .unwrap()
}

#[test]
fn a_row_weighs_its_ngrams_by_tf_idf_and_has_length_one() {
    let vocabulary = Vocabulary::count(&["a b a", "b c"], SETTINGS).unwrap();
    assert_eq!(vocabulary.ngrams(), ["a", "a b", "b", "b a", "b c", "c"]);
    // "b" is in both texts, all others in one.
    let rare = (1.5f64).ln() + 1.0;
    let values = [(1.0 + 2f64.ln()) * rare, rare, 1.0, rare];
    let length = values.iter().map(|value| value * value).sum::<f64>().sqrt();
    let rows = vocabulary.rows(&["a b a", "unknown"]);
    for ((column, value), (expected_column, expected)) in
        rows.row(0).zip([0, 1, 2, 3].into_iter().zip(values))
    {
        assert_eq!(column, expected_column);
        assert!(
            (f64::from(value) - expected / length).abs() < 1e-6,
            "{column}: {value}"
        );
    }
    assert_eq!((rows.row(0).count(), rows.row(1).count()), (4, 0));
}

#[test]
fn rare_ngrams_and_those_beyond_the_most_frequent_are_left_out() {
    let of = |min_count, max_features| {
        let settings = Settings {
            word_ngrams: 1,
            min_count,
            max_features,
        };
        Vocabulary::count(&["a b b", "a b c", "a d"], settings)
    };
    assert_eq!(of(2, 10).unwrap().ngrams(), ["a", "b"]);
    assert_eq!(of(1, 3).unwrap().ngrams(), ["a", "b", "c"]);
    let error = of(4, 10).err().unwrap().to_string();
    assert!(error.contains("no word is in 4"), "{error}");
}

/// At the minimum, each weight's derivative by finite differences is zero.
#[test]
fn the_fit_is_a_minimum_of_the_penalised_loss() {
    let (vocabulary, weights) = fitted(2.0);
    let rows = vocabulary.rows(&TEXTS);
    let cost = |weights: &[f64]| {
        let loss: f64 = (0..TEXTS.len())
            .map(|row| {
                let biases = weights[weights.len() - 2..].to_vec();
                let mut logits = rows.row(row).fold(biases, |mut logits, (column, value)| {
                    logits[0] += f64::from(value) * weights[2 * column];
                    logits[1] += f64::from(value) * weights[2 * column + 1];
                    logits
                });
                let logit = logits[CLASSES[row]];
                crate::fit::softmax(&mut logits) - logit
            })
            .sum();
        let squares: f64 = weights[..weights.len() - 2]
            .iter()
            .map(|weight| weight * weight)
            .sum();
        2.0 * loss + squares / 2.0
    };
    for place in 0..weights.len() {
        let at = |shift: f64| {
            let mut weights = weights.clone();
            weights[place] += shift;
            cost(&weights)
        };
        let slope = (at(1e-4) - at(-1e-4)) / 2e-4;
        assert!(slope.abs() < 2e-3, "[{place}]: {slope}");
    }
}

#[test]
fn a_stronger_fit_is_surer_and_a_start_changes_nothing() {
    let sure = |strength| model(strength).probabilities(&["lovely and warm"])[0][1];
    assert!(
        0.5 < sure(0.1) && sure(0.1) < sure(10.0),
        "{} {}",
        sure(0.1),
        sure(10.0)
    );
    let (vocabulary, weights) = fitted(1.0);
    let rows = vocabulary.rows(&TEXTS);
    let problem = Problem {
        rows: &rows,
        columns: vocabulary.ngrams().len(),
        classes: &CLASSES,
        class_weights: &[1.0, 1.0],
    };
    let again = fit(&problem, 1.0, Some(fitted(8.0).1)).weights;
    for (one, other) in weights.iter().zip(again) {
        assert!((one - other).abs() < 1e-2, "{one} {other}");
    }
}

#[test]
fn the_weight_of_a_class_is_that_of_repeated_rows() {
    let vocabulary = Vocabulary::count(&TEXTS, SETTINGS).unwrap();
    let rare: Vec<usize> = [0, 2, 3, 5, 1].to_vec();
    let repeated: Vec<usize> = [0, 2, 3, 5, 1, 0, 1].to_vec();
    let of = |places: &[usize], class_weights: &[f64]| {
        let texts: Vec<&str> = places.iter().map(|place| TEXTS[*place]).collect();
        let classes: Vec<usize> = places.iter().map(|place| CLASSES[*place]).collect();
        let problem = Problem {
            rows: &vocabulary.rows(&texts),
            columns: vocabulary.ngrams().len(),
            classes: &classes,
            class_weights,
        };
        fit(&problem, 1.0, None).weights
    };
    for (one, other) in of(&rare, &[1.0, 2.0])
        .iter()
        .zip(of(&repeated, &[1.0, 1.0]))
    {
        assert!((one - other).abs() < 1e-2, "{one} {other}");
    }
}

#[test]
fn the_words_and_the_bias_add_up_to_the_logit() {
    let model = model(3.0);
    for class in 0..2 {
        let found = model.contribution("Lovely dress, but it TORE, it tore at once!", class);
        assert_eq!(found.tokens.len(), found.of_tokens.len());
        let sum: f64 = found.of_tokens.iter().sum();
        assert!(
            (sum + found.bias - found.logit).abs() < 1e-6,
            "{sum} {} {}",
            found.bias,
            found.logit
        );
    }
    let found = model.contribution("lovely tore", 1);
    assert!(
        found.of_tokens[0] > 0.0 && found.of_tokens[1] < 0.0,
        "{:?}",
        found.of_tokens
    );
}

#[test]
fn a_file_holds_the_model_and_another_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ngrams.safetensors");
    let model = model(3.0);
    write(&model, &path).unwrap();
    let found = read(&path).unwrap();
    assert_eq!(
        (&found.labels, found.vocabulary.ngrams()),
        (&model.labels, model.vocabulary.ngrams())
    );
    assert_eq!(found.probabilities(&TEXTS), model.probabilities(&TEXTS));
    let whole = std::fs::read(&path).unwrap();
    for _ in 0..10 {
        write(&model, &path).unwrap();
        assert!(std::fs::read(&path).unwrap() == whole, "the same bytes");
    }
    for cut in [0, 7, 100, whole.len() - 1] {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let error = format!("{:#}", read(&path).err().unwrap());
        assert!(error.contains("ngrams.safetensors"), "{error}");
    }
}

#[test]
fn any_number_of_threads_fits_the_same_bits() {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| fitted(1.0).1)
    };
    assert_eq!(on(1), on(3));
}

proptest! {
    #[test]
    fn any_text_has_probabilities_that_sum_to_one(text in ".{0,80}") {
        let sum: f32 = model(1.0).probabilities(&[text.as_str()])[0].iter().sum();
        prop_assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }
}
