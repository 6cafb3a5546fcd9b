//! Tables with one column per turn.

use crate::markup::escape;
use crate::values::Turn;

pub struct Comparison<'a> {
    turns: &'a [Turn],
    rows: String,
}

impl<'a> Comparison<'a> {
    pub fn of(turns: &'a [Turn]) -> Comparison<'a> {
        Comparison {
            turns,
            rows: String::new(),
        }
    }

    /// `cell` returns markup.
    pub fn row(&mut self, name: &str, cell: impl Fn(&Turn) -> String) {
        self.rows
            .push_str(&format!("<tr><th scope=\"row\">{name}</th>"));
        for turn in self.turns {
            self.rows.push_str(&format!("<td>{}</td>", cell(turn)));
        }
        self.rows.push_str("</tr>\n");
    }

    /// A row of what some turns may not have; left out where none has it.
    pub fn known(&mut self, name: &str, cell: impl Fn(&Turn) -> Option<String>) {
        if self.turns.iter().any(|turn| cell(turn).is_some()) {
            self.row(name, |turn| cell(turn).unwrap_or_else(|| "–".to_owned()));
        }
    }

    pub fn finish(self) -> String {
        let head: String = self
            .turns
            .iter()
            .map(|turn| format!("<th scope=\"col\">{}</th>", escape(&turn.name)))
            .collect();
        format!(
            "<div class=\"scroll\"><table>\n<thead><tr><th></th>{head}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
            self.rows
        )
    }
}

/// A table of one turn: the first cell of a row names it. Cells are markup.
pub fn plain(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: String = head
        .iter()
        .map(|name| format!("<th scope=\"col\">{name}</th>"))
        .collect();
    let rows: String = rows
        .iter()
        .map(|cells| {
            let (first, rest) = cells.split_first().expect("a row has a name");
            let rest: String = rest.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            format!("<tr><th scope=\"row\">{first}</th>{rest}</tr>\n")
        })
        .collect();
    format!(
        "<div class=\"scroll\"><table class=\"numbers\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}
