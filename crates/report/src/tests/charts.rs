//! Line charts.

use crate::charts::{Chart, ChartPage, Line, Mark, draw, render_charts};

fn line(name: &str, points: &[(f64, f64)]) -> Line {
    Line {
        name: name.to_owned(),
        points: points.to_vec(),
        mark: Mark::Line,
    }
}

#[test]
fn charts_are_drawn_of_many_points_of_one_and_of_none() {
    for points in [&[(1.0, 2.0), (2.0, 0.5)][..], &[(12_345.6, 0.0)], &[]] {
        let page = render_charts(&ChartPage {
            title: "Title".to_owned(),
            summary: String::new(),
            whiskers: Vec::new(),
            tables: Vec::new(),
            charts: vec![Chart {
                title: "Chart".to_owned(),
                x: "x".to_owned(),
                y: "y".to_owned(),
                lines: vec![line("a <line>", points)],
            }],
        });
        assert_eq!(page.contains("a &lt;line&gt;"), !points.is_empty());
        assert_eq!(page.contains("nothing was recorded"), points.is_empty());
    }
}

#[test]
fn lines_of_one_name_share_a_place_in_the_legend_and_the_first_name_lies_above() {
    let drawn = draw(
        "chart",
        &Chart {
            title: "Chart".to_owned(),
            x: "epoch".to_owned(),
            y: "score".to_owned(),
            lines: vec![
                line("best", &[(1.0, 0.5), (2.0, 0.8)]),
                line("others", &[(1.0, 0.4), (2.0, 0.6)]),
                line("others", &[(1.0, 0.3)]),
            ],
        },
    );
    assert_eq!(drawn.matches(">others</text>").count(), 1);
    assert_eq!(drawn.matches(r#"<polyline class="loss line-2""#).count(), 1);
    assert_eq!(drawn.matches(r#"<circle class="loss line-2""#).count(), 1);
    let (best, others) = (
        r#"<polyline class="loss line-1""#,
        r#"<polyline class="loss line-2""#,
    );
    assert!(drawn.find(best) > drawn.find(others));
}

#[test]
fn dots_are_not_joined_and_the_axis_starts_below_the_lowest() {
    let mut lines = vec![
        line("best so far", &[(1.0, 0.36), (2.0, 0.71)]),
        line("trials", &[(1.0, 0.36), (2.0, 0.71), (3.0, 0.5)]),
        line("stopped", &[(4.0, 0.4)]),
    ];
    lines[1].mark = Mark::Dots;
    lines[2].mark = Mark::Rings;
    let chart = Chart {
        title: "Chart".to_owned(),
        x: "trial".to_owned(),
        y: "score".to_owned(),
        lines,
    };
    let drawn = draw("chart", &chart);
    assert_eq!(drawn.matches("<polyline").count(), 1);
    // One of each is the legend's.
    assert_eq!(drawn.matches(r#"<circle class="end turn-1""#).count(), 4);
    assert_eq!(drawn.matches(r#"<circle class="ring""#).count(), 2);
    assert!(drawn.contains(">0.3</text>") && !drawn.contains(">0.0</text>"));
}
