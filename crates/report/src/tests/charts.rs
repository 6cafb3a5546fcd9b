//! Line charts.

use crate::charts::{Chart, ChartPage, Line, draw, render_charts};

fn line(name: &str, points: &[(f64, f64)]) -> Line {
    Line {
        name: name.to_owned(),
        points: points.to_vec(),
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
