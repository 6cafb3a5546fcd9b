//! The small pictures and their page.

use crate::*;

fn dot(name: &str, low: f64, value: f64, high: f64) -> Dot {
    Dot {
        name: name.to_owned(),
        low,
        value,
        high,
        told: format!("{value:.2}"),
        is_marked: false,
    }
}

fn dots(rows: Vec<Dot>) -> Drawing {
    Drawing::Dots(Dots {
        axis: Axis::Number,
        mark: None,
        rows,
    })
}

fn card(drawing: Option<Drawing>) -> Card {
    Card {
        name: "dots".to_owned(),
        title: "Points & <lines>".to_owned(),
        caption: "With 95 % intervals.".to_owned(),
        drawing,
        table: Table {
            title: "Table".to_owned(),
            columns: vec!["name".to_owned(), "value".to_owned()],
            rows: vec![vec!["<a>".to_owned(), "1".to_owned()]],
        },
        source: Source::Sql("SELECT \"a\" FROM reviews WHERE a < 1".to_owned()),
        is_wide: false,
    }
}

fn page(cards: Vec<Card>) -> String {
    render_pictures(&PicturePage {
        title: "Pictures".to_owned(),
        lead: "Lead".to_owned(),
        note: "Note".to_owned(),
        tiles: vec![("1".to_owned(), "tile".to_owned())],
        sections: vec![PictureSection {
            title: "Section".to_owned(),
            text: String::new(),
            cards,
        }],
        footer: "Footer".to_owned(),
    })
}

#[test]
fn a_card_has_its_picture_its_table_and_its_query_in_details() {
    let drawn = page(vec![card(Some(dots(vec![dot("a", 0.0, 0.5, 1.0)])))]);
    for part in [
        "<figure id=\"dots\">",
        "Points &amp; &lt;lines&gt;",
        "With 95\u{a0}% intervals.",
        "<summary>Table</summary>",
        "<th scope=\"row\">&lt;a&gt;</th><td>1</td>",
        "<summary>SQL</summary>",
        "SELECT &quot;a&quot; FROM reviews WHERE a &lt; 1",
        "id=\"picture-dots-title\"",
    ] {
        assert!(drawn.contains(part), "{part}");
    }
    // Without a picture the table is open.
    let bare = page(vec![card(None)]);
    assert!(!bare.contains("<summary>Table</summary>") && bare.contains("<td>1</td>"));
}

#[test]
fn a_picture_alone_has_its_title_its_colours_and_no_control_characters() {
    let svg = dots(vec![dot("a\u{b}\u{0}b", 0.0, 0.5, 1.0)]).alone("Points & <lines>");
    assert!(svg.contains("class=\"title\"") && svg.contains("Points &amp; &lt;lines&gt;</text>"));
    assert!(svg.contains("prefers-color-scheme: dark") && svg.contains(">ab</text>"));
    assert!(
        !svg.chars()
            .any(|character| character.is_control() && character != '\n')
    );
}

#[test]
fn one_long_interval_ends_open_and_does_not_widen_the_axis() {
    let mut rows = vec![
        dot("a", 0.60, 0.65, 0.70),
        dot("b", 0.62, 0.66, 0.70),
        dot("c", 0.64, 0.68, 0.72),
    ];
    let without = dots(rows.clone()).alone("");
    rows.push(dot("d", -0.4, 0.66, 1.0));
    let with = dots(rows).alone("");
    let ends = |svg: &str| svg.matches("class=\"interval\"").count();
    assert_eq!((ends(&without), ends(&with)), (9, 10));
    assert!(with.contains(">0.60</text>") && !with.contains(">−0.4"));
}

#[test]
fn shares_fill_the_bar_and_a_bar_without_rows_is_none() {
    let stacks = Drawing::Stacks(Stacks {
        parts: vec![
            ("bad".to_owned(), Shade::Low),
            ("good".to_owned(), Shade::High),
        ],
        rows: vec![Stack {
            name: "a".to_owned(),
            shares: vec![0.25, 0.75],
        }],
    });
    let svg = stacks.alone("");
    assert!(svg.contains(">25 %</text>") && svg.contains(">75 %</text>"));
    let bars = Drawing::Bars(Bars {
        rows: vec![Bar {
            name: "a".to_owned(),
            value: 0.0,
            told: "0".to_owned(),
            is_marked: false,
        }],
        full: 0.0,
    });
    assert!(!bars.alone("").contains("class=\"bar"));
}
