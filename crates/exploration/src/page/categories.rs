//! The categories by class: what the labs draw.

use contracts::exploration::Group;
use report::format::{count, percent};
use report::{Bar, Bars, Card, Dots, Drawing, PictureSection, Source, Stacks};

use super::view::{View, capital, table, with_others};
use crate::sql;

pub fn section(view: &View) -> PictureSection {
    let groups = with_others(&view.exploration.categories);
    let column = view.exploration.category_column.as_ref();
    let cards = match column.filter(|_| !groups.is_empty()) {
        Some(column) => vec![
            average(view, column, &groups),
            rows(view, column, &groups),
            distribution(view, column, &groups),
        ],
        None => Vec::new(),
    };
    PictureSection {
        title: "Categories".to_owned(),
        text: String::new(),
        cards,
    }
}

fn rows(view: &View, column: &str, groups: &[Group]) -> Card {
    let all = view.exploration.rows().max(1) as f64;
    let share = |rows: u64| percent(rows as f64 / all);
    let bars = groups.iter().map(|group| Bar {
        name: group.name.clone(),
        value: group.rows() as f64,
        told: format!("{} · {}", count(group.rows()), share(group.rows())),
        is_marked: false,
    });
    let rows = groups.iter();
    let rows = rows.map(|group| vec![group.name.clone(), count(group.rows()), share(group.rows())]);
    let without = view.exploration.rows() - groups.iter().map(Group::rows).sum::<u64>();
    let without = match without {
        0 => String::new(),
        rows => format!(" {} have none.", count(rows)),
    };
    Card {
        name: "reviews-per-category".to_owned(),
        title: "Reviews per category".to_owned(),
        caption: format!("Categories are those of {column}, the most frequent first.{without}"),
        drawing: Some(Drawing::Bars(Bars {
            rows: bars.collect(),
            full: 0.0,
        })),
        table: table(&["category", "reviews", "share"], rows.collect()),
        source: Source::Sql(
            "SELECT product_category, count(*) AS reviews\nFROM reviews\nWHERE product_category IS NOT NULL\n\
             GROUP BY product_category\nORDER BY reviews DESC"
                .to_owned(),
        ),
        is_wide: false,
    }
}

fn average(view: &View, column: &str, groups: &[Group]) -> Card {
    let dots = groups.iter();
    let dots = dots.filter_map(|group| view.dot(group.name.clone(), &group.by_label));
    let rows = groups.iter().map(|group| {
        let name = group.name.clone();
        vec![
            name,
            view.told_with_bounds(&group.by_label),
            count(group.rows()),
        ]
    });
    let name = view.measure_name();
    Card {
        name: "average-per-category".to_owned(),
        title: format!("{} per category", capital(&name)),
        caption: format!("By {column}, with 95 % intervals."),
        drawing: Some(Drawing::Dots(Dots {
            axis: view.axis(),
            mark: view.mark(),
            rows: dots.collect(),
        })),
        table: table(&["category", &name, "reviews"], rows.collect()),
        source: Source::Sql(format!(
            "SELECT product_category, {}\nFROM reviews\nWHERE product_category IS NOT NULL\n\
             GROUP BY product_category\nORDER BY reviews DESC",
            sql::measured(&view.measure)
        )),
        is_wide: false,
    }
}

fn distribution(view: &View, column: &str, groups: &[Group]) -> Card {
    let stacks = groups.iter();
    let stacks = stacks.map(|group| view.stack(group.name.clone(), &group.by_label));
    let rows = groups.iter().map(|group| {
        let counts = group.by_label.iter().map(|rows| count(*rows));
        [group.name.clone()].into_iter().chain(counts).collect()
    });
    let mut head = vec!["category"];
    head.extend(view.exploration.labels.iter().map(String::as_str));
    Card {
        name: "classes-per-category".to_owned(),
        title: "Class distribution per category".to_owned(),
        caption: format!("Each bar is all reviews of one category ({column})."),
        drawing: Some(Drawing::Stacks(Stacks {
            parts: view.parts(),
            rows: stacks.collect(),
        })),
        table: table(&head, rows.collect()),
        source: Source::Sql(format!(
            "SELECT product_category,\n       {}\nFROM reviews\nWHERE product_category IS NOT NULL\n\
             GROUP BY product_category\nORDER BY count(*) DESC",
            sql::by_label(view.exploration)
        )),
        is_wide: false,
    }
}
