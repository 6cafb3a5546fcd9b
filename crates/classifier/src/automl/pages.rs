//! The pages of `classifier automl explain`.

use contracts::automl::{ColumnImportance, Importance, Spread, Statistics};
use contracts::evaluation::{Interval, Scores};
use report::format::{count, percent};
use report::{
    Bar, Bars, Card, ChartPage, Drawing, PicturePage, PictureSection, Source, Table, Unit, Whisker,
    Whiskers, render_charts, render_pictures,
};

pub fn importance(importance: &Importance) -> String {
    let rows = count(importance.rows);
    let points = |spread: Spread| {
        format!(
            "{:.1} ± {:.1}",
            100.0 * spread.mean,
            100.0 * spread.standard_deviation
        )
    };
    let nats = |spread: Spread| format!("{:.3} ± {:.3}", spread.mean, spread.standard_deviation);
    let accuracy = card(
        importance,
        (
            "balanced-accuracy",
            "Balanced accuracy that is lost",
            "percentage points",
        ),
        |column| column.balanced_accuracy_loss,
        points,
    );
    let log_loss = card(
        importance,
        ("log-loss", "Log loss that is added", "nats"),
        |column| column.log_loss_growth,
        nats,
    );
    render_pictures(&PicturePage {
        title: "Importance of the columns".to_owned(),
        lead: "How much worse the answers get where the values of one column are shuffled among the rows.".to_owned(),
        note: "Of two columns that say the same, each may seem to be of no importance: the other is left. Log loss sees \
               that answers get less sure before any of them changes."
            .to_owned(),
        tiles: vec![
            (percent(importance.balanced_accuracy), "balanced accuracy with every column".to_owned()),
            (format!("{:.3}", importance.log_loss), "log loss with every column".to_owned()),
            (rows, "validation rows".to_owned()),
        ],
        sections: vec![PictureSection {
            title: "By column".to_owned(),
            text: String::new(),
            cards: vec![accuracy, log_loss],
        }],
        footer: format!(
            "Mean and standard deviation of {} shuffles with the seed {}.",
            importance.shuffles, importance.seed
        ),
    })
}

fn card(
    importance: &Importance,
    (name, title, unit): (&str, &str, &str),
    of: impl Fn(&ColumnImportance) -> Spread,
    told: impl Fn(Spread) -> String,
) -> Card {
    let mut columns: Vec<&ColumnImportance> = importance.columns.iter().collect();
    columns.sort_by(|a, b| of(b).mean.total_cmp(&of(a).mean));
    let bars = columns.iter().map(|column| Bar {
        name: column.name.clone(),
        value: of(column).mean.max(0.0),
        told: told(of(column)),
        is_marked: false,
    });
    let rows = columns.iter().map(|column| {
        let kind = column.kind.name().to_owned();
        vec![column.name.clone(), kind, told(of(column))]
    });
    Card {
        name: name.to_owned(),
        title: title.to_owned(),
        caption: format!("In {unit}."),
        drawing: Some(Drawing::Bars(Bars {
            rows: bars.collect(),
            full: 0.0,
        })),
        table: Table {
            title: "The numbers".to_owned(),
            columns: ["column", "kind", unit].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        },
        source: Source::Said(
            "Below zero is chance: the column says nothing that the others do not.".to_owned(),
        ),
        is_wide: false,
    }
}

pub fn insights(statistics: &Statistics) -> String {
    let Statistics { labels, scores, .. } = statistics;
    render_charts(&ChartPage {
        title: "How good the answers are".to_owned(),
        summary: format!(
            "{} validation rows: balanced accuracy {}, accuracy {}. They chose the candidate too, so both are a little \
             flattered.",
            count(scores.rows),
            percent(scores.balanced_accuracy),
            percent(scores.accuracy)
        ),
        whiskers: vec![whole(scores), by_label(scores)],
        tables: vec![confusion(labels, scores), of_labels(scores)],
        charts: Vec::new(),
    })
}

fn whole(scores: &Scores) -> Whiskers {
    Whiskers {
        title: "The whole".to_owned(),
        caption: "With 95 % intervals.".to_owned(),
        unit: Unit::Share,
        rows: vec![
            whisker(
                "balanced accuracy",
                scores.balanced_accuracy,
                scores.balanced_accuracy_interval,
                String::new(),
            ),
            whisker(
                "accuracy",
                scores.accuracy,
                scores.accuracy_interval,
                String::new(),
            ),
        ],
    }
}

fn by_label(scores: &Scores) -> Whiskers {
    let rows = scores.classes.iter().map(|class| {
        let note = format!("{} rows", count(class.support));
        whisker(&class.label, class.recall, class.recall_interval, note)
    });
    Whiskers {
        title: "Recall of each label".to_owned(),
        caption: "The share of its rows that are found, with 95 % intervals.".to_owned(),
        unit: Unit::Share,
        rows: rows.collect(),
    }
}

fn whisker(name: &str, value: f64, interval: Interval, note: String) -> Whisker {
    Whisker {
        name: name.to_owned(),
        note,
        low: interval.low,
        value,
        high: interval.high,
        is_marked: false,
    }
}

fn confusion(labels: &[String], scores: &Scores) -> Table {
    let rows = labels.iter().zip(&scores.confusion).map(|(label, counts)| {
        let counts = counts.iter().map(|rows| count(*rows));
        [label.clone()].into_iter().chain(counts).collect()
    });
    let columns = labels.iter().map(|label| format!("answered {label}"));
    Table {
        title: "Confusion matrix".to_owned(),
        columns: ["truth".to_owned()].into_iter().chain(columns).collect(),
        rows: rows.collect(),
    }
}

fn of_labels(scores: &Scores) -> Table {
    let rows = scores.classes.iter().map(|class| {
        vec![
            class.label.clone(),
            count(class.support),
            percent(class.precision),
            percent(class.recall),
            percent(class.f1),
        ]
    });
    let columns = ["label", "rows", "precision", "recall", "F1"];
    Table {
        title: "By label".to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}
