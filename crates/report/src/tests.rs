mod candidates;
mod charts;
pub(crate) mod fixture;
mod pictures;

use super::*;
use fixture::*;

#[test]
fn text_from_outside_never_becomes_markup() {
    let page = render(&report());
    assert!(page.contains("A &lt;b&gt;loop&lt;/b&gt; &amp; more"));
    assert!(page.contains("recall of &lt;neutral&gt; is 0.68"));
    assert!(page.contains("&quot;reviews&quot;.csv"));
    assert!(!page.contains("<neutral>") && !page.contains("<b>loop"));
}

#[test]
fn a_model_stands_beside_the_champion_and_beside_the_anchor() {
    let page = render(&report());
    for row in [
        "difference to the champion, paired",
        "difference to the anchor",
    ] {
        assert!(page.contains(row), "{row}");
    }
    let mut alone = report();
    for turn in &mut alone.turns {
        turn.evaluation.anchor_difference = None;
    }
    assert!(!render(&alone).contains("difference to the anchor"));
}

#[test]
fn the_page_is_self_contained_and_runs_nothing() {
    let page = render(&report());
    for outside in [
        "<script", "<link", "<img", "http://", "https://", "url(", "@import", "src=",
    ] {
        assert!(!page.contains(outside), "the page contains {outside}");
    }
}

#[test]
fn truth_runs_down_and_prediction_runs_across() {
    let counts = vec![vec![71, 12, 3], vec![14, 65, 17], vec![5, 26, 267]];
    let svg = plot::confusion("c", &Confusion { counts }, &report().classes);
    let at = |number: &str| -> (f64, f64) {
        let end = svg
            .find(&format!(">{number}</text>"))
            .expect("the count is drawn");
        let tag = &svg[svg[..end].rfind("<text").expect("a text element")..end];
        let read = |name: &str| {
            let start = tag.find(&format!(" {name}=\"")).expect("an attribute") + name.len() + 3;
            tag[start..]
                .split('"')
                .next()
                .expect("a value")
                .parse()
                .expect("a number")
        };
        (read("x"), read("y"))
    };
    let (truly_negative_predicted_positive, truly_positive_predicted_negative) = (at("3"), at("5"));
    assert!(truly_negative_predicted_positive.0 > truly_positive_predicted_negative.0);
    assert!(truly_negative_predicted_positive.1 < truly_positive_predicted_negative.1);
    assert!(
        (at("71").0 - at("14").0).abs() < 0.1,
        "same prediction, same column"
    );
    assert!(
        (at("71").1 - at("12").1).abs() < 0.1,
        "same truth, same row"
    );
    assert!(svg.contains("prediction →") && svg.contains("← truth"));
    assert!(svg.contains(
        "Truly negative: 71 predicted negative, 12 predicted neutral, 3 predicted positive"
    ));
}

#[test]
fn every_value_appears() {
    let page = render(&report());
    for value in [
        "81.2 % (78.2 to 84.2)",
        "76.5 % (73.5 to 79.5)",
        "0.789 (0.751 to 0.820)",
        "1,503",
        "267",
        "Approved",
        "Inconclusive",
        "1 min 23 s",
        "12 ms",
        "46 ms",
        "41.2 s",
        "600",
        "0.80",
        "synthetic data",
        "synthetic reviews",
        "the gate asks for 43.3 %",
        "model-package/reviewloop/1",
        "4217",
        "2 of 2",
        "2 min 11 s",
        "learning_rate",
        "0.00005",
        "digest 0123456789abcdef",
        "(by chance up to 3.4 %)",
        "<polygon class=\"calibrated\"",
        "50.0 % (1,023 of 2,046 are longer than 64 tokens)",
        "71.2 % (65.0 to 77.0)",
        "66.1 % (63.1 to 69.1)",
        "68.6 %",
        "21, 13",
        "p = 0.230",
        "<td>147</td>",
        "s3://b/executions/e/model.tar.gz",
        "k3jx5",
        "Review &lt;Text&gt;",
        "1 → -1, ok",
    ] {
        assert!(page.contains(value), "the page lacks {value}");
    }
}

#[test]
fn a_confidence_at_the_threshold_is_kept_and_none_is_lost() {
    let svg = plot::confidence(
        "c",
        &report().confidences.expect("set above"),
        &report().classes,
    );
    assert!(svg.contains(
        "Histogram of 5 confidences. 2 are below the review threshold of 0.80, 3 at or above"
    ));
}

#[test]
fn a_threshold_is_marked_with_what_it_leaves_to_the_model() {
    let svg = plot::coverage("c", &coverage(), Some(0.8));
    assert!(svg.contains("threshold 0.80: 64.0 % left to the model, 88.0 % right"));
    assert!(svg.contains("At 0.99: none are left"));
    assert!(!plot::coverage("c", &coverage(), Some(0.85)).contains("class=\"threshold\""));
    assert!(plot::coverage("c", &[], None).contains("<svg"));
}

#[test]
fn confidence_and_words_of_both_models_stand_side_by_side() {
    let page = render(&report());
    for value in [
        "What the models say, and why",
        "Reliability, turn 1",
        "Reliability, turn 2",
        "Coverage and accuracy, turn 1",
        "Telling words, turn 1",
        "Telling words, turn 2",
        "turn 1: test rows",
        "as served, temperature 1.73: error 2.1 %",
        "before: error 14.1 %",
        "of 160 predictions at 46.0 % 44.6 % are right",
        "200 of 480 test rows",
        "For negative: disappointed, &lt;script&gt;",
        "no word in enough rows",
        "Knits &amp; &lt;more&gt;",
        "21, too few to tell",
    ] {
        assert!(page.contains(value), "the page lacks {value}");
    }
    let mut bare = report();
    for turn in &mut bare.turns {
        let evaluation = &mut turn.evaluation;
        (evaluation.reliability, evaluation.telling_words) = (None, None);
        evaluation.coverage.clear();
        evaluation.slices.clear();
    }
    assert!(!render(&bare).contains("What the models say"));
}

#[test]
fn the_epoch_that_was_kept_is_ringed_and_named() {
    let svg = plot::accuracy("a", &plot::epochs_of(&report().turns));
    assert_eq!(svg.matches("class=\"ring turn-1\"").count(), 1);
    assert!(svg.contains("turn 1: epoch 2 was kept, with 74.3 % on the validation rows"));
    let mut unknown = report().turns;
    unknown.iter_mut().for_each(|turn| turn.epochs.clear());
    let unknown = plot::accuracy("a", &plot::epochs_of(&unknown));
    assert!(unknown.contains("nothing was recorded"));
}

#[test]
fn a_training_without_epochs_has_no_curves() {
    let mut report = fixture::report();
    assert!(render(&report).contains("Loss by epoch"));
    for turn in &mut report.turns {
        turn.epochs.truncate(1);
    }
    let page = render(&report);
    assert!(page.contains("The training") && !page.contains("Loss by epoch"));
}

#[test]
fn the_first_figure_is_that_of_the_model_in_service() {
    let tile = "balanced accuracy of turn";
    let mut report = fixture::report();
    assert!(render(&report).contains(&format!("{tile} 1")));
    report.turns[0].in_service = false;
    assert!(render(&report).contains(&format!("{tile} 2")));
}

#[test]
fn a_label_without_test_rows_has_no_part_in_a_guess() {
    let mut report = report();
    assert!(render(&report).contains("the same answer scores 33.3 %."));
    for turn in &mut report.turns {
        turn.evaluation.classes[0].support = 0;
    }
    assert!(render(&report).contains("the same answer scores 50.0 %."));
}

#[test]
fn a_run_that_registered_no_model_has_a_page_without_a_verdict() {
    let mut report = report();
    report.turns.truncate(1);
    (report.turns[0].gate, report.turns[0].training) = (None, None);
    let page = render(&report);
    assert!(page.contains("No model was registered, so there was nothing to judge."));
    assert!(!page.contains("What was trained"));
}

#[test]
fn the_words_of_five_classes_stand_in_two_rows() {
    let words = vec![telling_words().labels[0].clone(); 5];
    let classes: Vec<Class> = ["a", "b", "c", "d", "e"]
        .map(|name| Class {
            label: name.into(),
            name: name.into(),
        })
        .to_vec();
    let place = |name: &str| {
        let svg = plot::words("w", &words, &classes);
        let end = svg.find(&format!(">{name}</text>")).expect("a heading");
        let tag = &svg[svg[..end].rfind("<text").expect("a text element")..end];
        let number = |attribute: &str| -> f64 {
            let start = tag.find(&format!(" {attribute}=\"")).expect("an attribute");
            let value = &tag[start + attribute.len() + 3..];
            let value = value.split('"').next().expect("a value");
            value.parse().expect("a number")
        };
        (number("x"), number("y"))
    };
    let (first, third, fourth) = (place("a"), place("c"), place("d"));
    assert!(first.1 < fourth.1 && (first.0 - fourth.0).abs() < 0.1);
    assert!((first.1 - third.1).abs() < 0.1);
}

#[test]
fn a_warning_of_the_training_stands_on_the_page() {
    let mut report = report();
    assert!(!render(&report).contains("warnings"));
    let training = report.turns[0].training.as_mut().expect("set above");
    training.warnings = vec!["the label \"<ok>\" has 3 of 903 train rows".to_owned()];
    let page = render(&report);
    assert!(page.contains("the label &quot;&lt;ok&gt;&quot; has 3 of 903 train rows"));
}

#[test]
fn texts_that_one_member_cuts_are_said_to_be_its() {
    let whose = "BERT cuts them, and the other members read them whole";
    let mut report = report();
    assert!(!render(&report).contains(whose));
    let training = report.turns[0].training.as_mut().expect("set above");
    let cut = training.truncation.as_mut().expect("set above");
    cut.of_a_member = true;
    let page = render(&report);
    assert!(page.contains(&format!(
        "(1,023 of 2,046 are longer than 64 tokens; {whose})"
    )));
}

#[test]
fn every_drawing_has_a_name_and_ids_are_unique() {
    let mut report = report();
    report.turns[1].candidates = trained_candidates();
    let page = render(&report);
    let drawings = page.matches("<svg ").count();
    assert_eq!(drawings, page.matches("<desc id=").count());
    let mut ids: Vec<&str> = page
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn a_loop_that_ended_early_still_has_a_page() {
    let report = Report {
        turns: vec![],
        confidences: None,
        latency: None,
        people: None,
        ..report()
    };
    assert!(render(&report).contains("No turn of the loop was completed."));
}

#[test]
fn whiskers_stand_at_their_values_and_what_is_marked_has_another_colour() {
    let row = |name: &str, low, value, high, is_marked| crate::Whisker {
        name: name.to_owned(),
        note: "9 answers".to_owned(),
        low,
        value,
        high,
        is_marked,
    };
    let picture = |unit, rows| crate::Whiskers {
        title: "Right".to_owned(),
        caption: "Each reviewer".to_owned(),
        unit,
        rows,
    };
    let page = |whiskers| {
        crate::render_charts(&crate::ChartPage {
            title: "Title".to_owned(),
            summary: String::new(),
            whiskers,
            tables: Vec::new(),
            charts: Vec::new(),
        })
    };
    let shares = vec![
        row("<ana>", 0.8, 0.9, 1.0, false),
        row("bob", 0.3, 0.4, 0.5, true),
    ];
    let drawn = page(vec![
        picture(crate::Unit::Share, shares),
        picture(crate::Unit::Seconds, vec![row("ana", 2.0, 4.0, 8.0, false)]),
    ]);
    // From 30 % at 22 points to 100 % at 438.
    assert!(
        drawn.contains(r#"<circle class="end turn-2" cx="378.6""#),
        "{drawn}"
    );
    assert!(
        drawn.contains(r#"<circle class="end wrong" cx="81.4""#),
        "{drawn}"
    );
    assert_eq!(drawn.matches(r#"class="whisker wrong""#).count(), 3);
    assert!(drawn.contains("90.0 % · 9 answers") && drawn.contains("4.0 s · 9 answers"));
    assert!(drawn.contains("&lt;ana&gt;") && !drawn.contains("<ana>"));
    assert!(!page(vec![picture(crate::Unit::Share, Vec::new())]).contains("<figure"));
}

#[test]
fn a_picture_of_curves_stands_alone_with_its_bands_and_colours() {
    let point = |x, middle| BandPoint {
        x,
        low: middle - 0.1,
        middle,
        high: middle + 0.1,
    };
    let curve = |name: &str, tone, is_dashed| BandedCurve {
        name: name.to_owned(),
        tone,
        is_dashed,
        points: vec![point(0.0, 0.5), point(100.0, 0.7)],
    };
    let panel = |title: &str| CurvePanel {
        title: title.to_owned(),
        curves: vec![
            curve("at <random>", Tone::Warm, false),
            curve("by the rule", Tone::Cool, true),
        ],
    };
    let picture = render_curves(&CurvePicture {
        scale: Scale::Share,
        title: "Curves".to_owned(),
        description: "Two curves".to_owned(),
        x: "answers".to_owned(),
        y: "score".to_owned(),
        panels: vec![panel("left"), panel("right")],
        mark: Some(("the aim".to_owned(), 0.6)),
    });
    assert!(picture.starts_with(r#"<svg xmlns="http://www.w3.org/2000/svg" "#));
    assert_eq!(picture.matches("<polygon").count(), 4);
    assert_eq!(picture.matches("<polyline").count(), 4);
    assert!(picture.contains("at &lt;random&gt;"));
    assert!(picture.contains("curve cool dashed") && picture.contains("prefers-color-scheme"));
    // From 0.4 to 0.8, and 96 to 362 points down: the axis is that of the values, and the mark in its middle.
    assert_eq!(picture.matches(r#"class="mark""#).count(), 3);
    assert_eq!(picture.matches(r#"y1="229.0""#).count(), 4, "{picture}");
}
