//! The page: figures as pictures.

mod categories;
mod changes;
mod classes;
mod columns;
mod constraints;
mod groups;
mod lengths;
mod near;
mod quality;
mod quarantine;
mod telling;
mod view;

use contracts::dataset::{Check, Origin};
use contracts::exploration::Exploration;
use report::format::{count, percent};
use report::{Card, PicturePage, PictureSection, Source, render_pictures};

use view::View;

/// A self-contained page, and its pictures as files.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub html: String,
    pub pictures: Vec<Picture>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Of letters, digits and hyphens.
    pub name: String,
    /// Self-contained, light and dark.
    pub svg: String,
    /// `None` where no query of the table gives the numbers.
    pub sql: Option<String>,
}

/// `before`: the version before this one, if there is one.
pub fn page(exploration: &Exploration, before: Option<&Exploration>) -> Page {
    let view = View::of(exploration);
    let mut sections = vec![
        classes::section(&view),
        categories::section(&view),
        telling::section(&view),
        groups::section(&view),
        quality::section(&view),
    ];
    sections.extend(before.map(|before| changes::section(before, &view)));
    sections.retain(|section| !section.cards.is_empty());
    let pictures = sections.iter().flat_map(|section| &section.cards);
    let pictures = pictures.filter_map(picture).collect();
    Page {
        html: render_pictures(&whole(&view, before, sections)),
        pictures,
    }
}

fn picture(card: &Card) -> Option<Picture> {
    let sql = match &card.source {
        Source::Sql(sql) => Some(sql.clone()),
        Source::Said(_) => None,
    };
    Some(Picture {
        name: card.name.clone(),
        svg: card.drawing.as_ref()?.alone(&card.title),
        sql,
    })
}

fn whole(view: &View, before: Option<&Exploration>, sections: Vec<PictureSection>) -> PicturePage {
    let it = view.exploration;
    let lead = format!(
        "{} reviews in {} {}, {} words each on average.",
        count(it.rows()),
        view.labels().count(),
        if it.labels.len() == 1 {
            "class"
        } else {
            "classes"
        },
        format_args!("{:.1}", it.words.all.mean)
    );
    let mut note = vec![format!(
        "Version {} of the dataset ({}), every text once.",
        it.number, it.id
    )];
    if it.other_labels > 0 {
        let rows = count(it.other_labels);
        note.push(format!(
            "{rows} rows have a label that the version does not know, and are in no figure."
        ));
    }
    if it.check.as_ref().is_some_and(Check::is_held) {
        note.push(
            "It waits for a person, because its upload is unlike the constraints.".to_owned(),
        );
    }
    note.push(view.measured());
    if let Some(before) = before {
        note.push(format!(
            "Compared with version {} at the end.",
            before.number
        ));
    }
    PicturePage {
        title: format!("Dataset {}, version {}", it.dataset, it.number),
        lead,
        note: note.join(" "),
        tiles: tiles(view),
        sections,
        footer: "Made by reviewloop from the version's rows. Intervals are 95 %, each by itself; one without an end goes on \
                 beyond its axis. The queries run in \
                 Athena over the table reviews, which holds the newest version; columns of the uploads are texts in \
                 its map columns."
            .to_owned(),
    }
}

fn tiles(view: &View) -> Vec<(String, String)> {
    let it = view.exploration;
    let share = |rows: u64| percent(rows as f64 / it.rows().max(1) as f64);
    let mut tiles = Vec::new();
    if let Some((label, rows)) = view.labels().max_by_key(|(_, rows)| *rows) {
        tiles.push((
            share(rows),
            format!("have the most frequent label, {label}"),
        ));
    }
    let listed = it.categories.first.len() as u64 + it.categories.more;
    if let Some(column) = it.category_column.as_ref().filter(|_| listed > 0) {
        tiles.push((count(listed), format!("categories ({column})")));
    }
    let people: Vec<String> = it
        .origins
        .iter()
        .filter(|it| it.origin != Origin::Upload)
        .map(|it| {
            let from = if it.origin == Origin::Audit {
                "by the audit"
            } else {
                "in doubt"
            };
            format!("{} {from}", count(it.rows))
        })
        .collect();
    let from = if people.is_empty() {
        "labels from people's answers; all others were uploaded".to_owned()
    } else {
        format!("labels from people's answers ({})", people.join(", "))
    };
    tiles.push((count(it.human), from));
    let near = &it.near_duplicates;
    let of = if near.examined < it.rows() {
        " in a sample"
    } else {
        ""
    };
    tiles.push((count(near.groups), format!("groups of near-duplicates{of}")));
    tiles.push((count(it.quarantine.rows), "rows in quarantine".to_owned()));
    tiles
}
