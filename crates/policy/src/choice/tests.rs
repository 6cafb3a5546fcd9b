use super::*;

/// A text, the model's label and the probabilities of that label and of the next.
fn line(label: &str, first: f64, second: f64) -> PredictionLine {
    let other = format!("not {label}");
    PredictionLine {
        probability: Some(first),
        predicted_label: Some(label.to_owned()),
        probabilities: [(label.to_owned(), first), (other, second)].into(),
        error: None,
    }
}

fn chosen<'a>(rows: &[(&'a str, PredictionLine)], budget: usize) -> Vec<&'a str> {
    let candidates: Vec<Candidate> = rows
        .iter()
        .map(|(text, line)| Candidate { text, line })
        .collect();
    let places = least_certain(&candidates, budget).into_iter();
    places.map(|place| rows[place].0).collect()
}

#[test]
fn the_smallest_margin_is_asked_first_and_not_the_smallest_probability() {
    let rows = [
        ("sure", line("1", 0.98, 0.01)),
        ("split between two", line("1", 0.50, 0.49)),
        ("spread over many", line("1", 0.40, 0.20)),
    ];
    let expected = ["split between two", "spread over many", "sure"];
    assert_eq!(chosen(&rows, 3), expected);
    assert_eq!(chosen(&rows, 2), expected[..2]);
    assert!(chosen(&rows, 0).is_empty());
}

#[test]
fn the_predicted_labels_take_turns_and_one_that_has_no_more_leaves_its_turn_to_others() {
    let rows = [
        ("bright red", line("1", 0.5, 0.5)),
        ("dark blue", line("1", 0.51, 0.49)),
        ("pale green", line("1", 0.52, 0.48)),
        ("torn seam", line("-1", 0.9, 0.1)),
    ];
    let expected = ["bright red", "torn seam", "dark blue", "pale green"];
    assert_eq!(chosen(&rows, 9), expected);
    // A turn that is cut keeps its least certain.
    assert_eq!(chosen(&rows, 1), expected[..1]);
}

#[test]
fn a_text_that_resembles_a_chosen_one_is_passed_over() {
    let rows = [
        ("the dress is far too small for me", line("1", 0.5, 0.5)),
        ("The dress is far too small, for me!", line("1", 0.51, 0.49)),
        ("the dress is far too large for me", line("-1", 0.52, 0.48)),
        ("soft wool and a lovely colour", line("1", 0.8, 0.2)),
    ];
    assert_eq!(chosen(&rows, 9), [rows[0].0, rows[3].0]);
}

#[test]
fn a_model_that_tells_one_probability_is_read_with_care_and_a_refused_row_is_left_out() {
    let only = |probability| PredictionLine {
        probabilities: [].into(),
        ..line("1", probability, 0.0)
    };
    let refused = PredictionLine {
        error: Some("too long".to_owned()),
        ..PredictionLine::default()
    };
    let rows = [
        ("sure", only(0.9)),
        ("refused", refused),
        ("unsure", only(0.4)),
    ];
    assert_eq!(chosen(&rows, 9), ["unsure", "sure"]);
}

#[test]
fn the_choice_does_not_depend_on_the_order_of_the_rows() {
    let texts: Vec<String> = (0..50)
        .map(|n| format!("text number {n} {n}a {n}b"))
        .collect();
    let mut rows: Vec<(&str, PredictionLine)> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| {
            let label = ["-1", "0", "1"][n % 3];
            // Ties, which the draw decides.
            let first = 0.5 + f64::from(u8::try_from(n % 5).expect("small")) / 10.0;
            (text.as_str(), line(label, first, 1.0 - first))
        })
        .collect();
    let before = chosen(&rows, 20);
    rows.reverse();
    assert_eq!(chosen(&rows, 20), before);
    assert_eq!(before.len(), 20);
}
