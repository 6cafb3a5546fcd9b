use super::*;
use crate::values::{BiasPicture, BiasState, BiasValue};

fn value(name: &str, value: Option<f64>, state: BiasState) -> BiasValue {
    BiasValue {
        name: name.to_owned(),
        value,
        interval: value
            .filter(|_| state != BiasState::TooFew)
            .map(|value| (value - 0.05, f64::INFINITY)),
        after: None,
        state,
    }
}

fn page(values: Vec<BiasValue>) -> String {
    render_bias(&BiasPage {
        title: "Bias".to_owned(),
        summary: "label <1>".to_owned(),
        tiles: vec![("600".to_owned(), "rows".to_owned())],
        notes: vec!["a & b".to_owned()],
        sections: vec![BiasSection {
            title: "region".to_owned(),
            metrics: vec![BiasPicture {
                title: "Disparate Impact (DI)".to_owned(),
                caption: "A ratio.".to_owned(),
                neutral: 1.0,
                values,
            }],
        }],
        tables: Vec::new(),
    })
}

#[test]
fn a_line_says_what_is_known_of_its_value() {
    let mut balanced = value("<north>", Some(0.7), BiasState::Biased);
    balanced.after = Some(0.95);
    let html = page(vec![
        balanced,
        value("south", Some(f64::INFINITY), BiasState::Fair),
        value("east", Some(1.2), BiasState::TooFew),
        value("west", None, BiasState::TooFew),
    ]);
    for found in [
        "&lt;north&gt;: 0.7000, from 0.6500 to ∞, after balancing 0.9500.",
        "south: ∞",
        "east: 1.2000, too few rows to say.",
        "west: –, too few rows to say.",
        "class=\"after\"",
        "class=\"end few\"",
        "a &amp; b",
        "label &lt;1&gt;",
    ] {
        assert!(html.contains(found), "{found} is missing in {html}");
    }
    assert!(!html.contains("=\"inf") && !html.contains("NaN"), "{html}");
    // The neutral value is on the axis though no value is near it.
    assert!(page(vec![value("north", Some(0.2), BiasState::TooFew)]).contains(">1.0</text>"));
}

#[test]
fn the_legend_has_what_occurs() {
    let html = page(vec![value("north", Some(0.7), BiasState::Biased)]);
    let (_, legend) = html.split_once("<p class=\"legend\">").expect("a legend");
    let (legend, _) = legend.split_once("</p>").expect("its end");
    assert!(
        legend.contains("leaves out")
            && !legend.contains("too few")
            && !legend.contains("balancing"),
        "{legend}"
    );
}

#[test]
fn the_report_shows_the_newest_turn_that_was_measured_or_nothing() {
    use crate::tests::fixture;
    let mut report = fixture::report();
    assert!(!crate::render(&report).contains("<h2>Bias</h2>"));
    let section = |title: &str| BiasSection {
        title: title.to_owned(),
        metrics: vec![BiasPicture {
            title: "Difference in shares (DPL)".to_owned(),
            caption: "Shares.".to_owned(),
            neutral: 0.0,
            values: vec![value("Knits", Some(0.1), BiasState::Fair)],
        }],
    };
    for turn in &mut report.turns {
        turn.bias = vec![section(&format!("bias of {}", turn.name))];
    }
    let (newest, before) = (report.turns.pop(), report.turns.clone());
    let newest = newest.expect("a turn");
    let shown = format!("bias of {}, {}", newest.name, newest.name);
    report.turns.push(newest);
    let page = crate::render(&report);
    assert!(page.contains(&shown) && page.contains("Knits"), "{page}");
    for turn in before {
        assert!(!page.contains(&format!("bias of {}", turn.name)));
    }
}
