//! SEMANTICS.md: written from the operations' rows and the crates' notes, and held to them.

mod members;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::parts::parts;
use local_core::part::Part;
use local_core::wire::Operation;
use local_core::wire::semantics::{Note, Semantics};
use members::STRANGER;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../SEMANTICS.md");

const HEAD: &str = "\
# What local-aws honours

Written by `UPDATE_SEMANTICS=1 cargo test -p local-aws semantics` from the operations' rows and the
crates' `semantics.rs`; a test fails when it is stale.

An operation that is not listed is refused by name, and so is a member that is not listed: with the
protocol's own error and one WARN in the log. Members of a member stand in braces, after `[]` for
each item of a list and after `{}` for each value of a map. Limits on values are AWS's. Amazon S3's
operations list their differences alone: their honoured parameters are in `s3/src/api`, and a
parameter that S3 knows and local-aws does not honour is refused by name. REFUSALS.md has refusals
that run as a test: AWS's own, and some of local-aws alone.
";

/// One API: its operations, and what the crates say of it.
#[derive(Default)]
struct Page {
    operations: BTreeMap<&'static str, Option<Operation>>,
    notes: Vec<Semantics>,
}

#[test]
fn semantics_md_says_what_the_rows_say() {
    let text = written(parts());
    if std::env::var_os("UPDATE_SEMANTICS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(FILE).is_ok_and(|file| file == text),
        "SEMANTICS.md is stale: UPDATE_SEMANTICS=1 cargo test -p local-aws semantics"
    );
}

#[test]
fn an_operation_refuses_a_member_that_it_does_not_declare() {
    for (api, operation) in parts().into_iter().flat_map(rows) {
        let Some(reads) = operation.reads else {
            continue;
        };
        let refused = members::refused(reads, &|object| object).expect(operation.name);
        let expected = format!("unknown field `{STRANGER}`");
        assert!(
            refused.starts_with(&expected),
            "{api} {}: {refused}",
            operation.name
        );
    }
}

#[test]
fn a_note_is_about_an_operation_that_is_here_and_a_raw_one_has_a_note() {
    let pages = pages(parts());
    for (api, page) in &pages {
        for note in page.notes.iter().flat_map(|notes| notes.operations) {
            let is_row = page
                .operations
                .get(note.operation)
                .is_some_and(Option::is_some);
            assert!(
                is_row || *api == S3,
                "{api} has no operation {}",
                note.operation
            );
        }
        let raw = page.operations.values().flatten();
        for operation in raw.filter(|operation| operation.reads.is_none()) {
            let honours = page
                .notes_on(operation.name)
                .any(|note| !note.honours.is_empty());
            assert!(honours, "{api}: what does {} honour?", operation.name);
        }
    }
}

/// Its operations are no rows: s3s reads its requests.
const S3: &str = "Amazon S3";

fn rows(part: Part) -> impl Iterator<Item = (&'static str, Operation)> {
    let with_name = |(api, operations): (local_core::wire::Api, Vec<Operation>)| {
        operations
            .into_iter()
            .map(move |operation| (api.name, operation))
    };
    part.operations.into_iter().flat_map(with_name)
}

fn pages(parts: Vec<Part>) -> BTreeMap<&'static str, Page> {
    let mut pages: BTreeMap<&str, Page> = BTreeMap::new();
    for part in parts {
        for notes in part.semantics {
            let page = pages.entry(notes.api).or_default();
            for note in notes.operations {
                page.operations.entry(note.operation).or_default();
            }
            page.notes.push(*notes);
        }
        for (api, operation) in rows(part) {
            let page = pages.entry(api).or_default();
            page.operations.insert(operation.name, Some(operation));
        }
    }
    pages
}

impl Page {
    fn notes_on<'a>(&'a self, operation: &'a str) -> impl Iterator<Item = &'a Note> {
        let notes = self.notes.iter().flat_map(|notes| notes.operations);
        notes.filter(move |note| note.operation == operation)
    }
}

fn written(parts: Vec<Part>) -> String {
    let mut text = HEAD.to_owned();
    for (api, page) in pages(parts) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n## {api}\n");
        for sentence in page.notes.iter().flat_map(|notes| notes.differs) {
            let _ = writeln!(text, "{sentence}");
        }
        if page.notes.iter().any(|notes| !notes.differs.is_empty()) {
            text.push('\n');
        }
        for (name, operation) in &page.operations {
            let _ = writeln!(
                text,
                "- **{name}**{}",
                described(&page, name, operation.as_ref())
            );
        }
    }
    // The last line of an API without operations is its own.
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    format!("{}\n", text.trim_end())
}

fn described(page: &Page, name: &str, operation: Option<&Operation>) -> String {
    let mut text = String::new();
    let read = operation
        .and_then(|operation| operation.reads)
        .map(members::of);
    let read = read.into_iter().map(|members| members::listed(&members));
    let honoured = page.notes_on(name).map(|note| note.honours.join(", "));
    for members in read.chain(honoured).filter(|members| !members.is_empty()) {
        let _ = write!(text, " reads `{members}`.");
    }
    for note in page.notes_on(name) {
        if !note.refuses.is_empty() {
            let _ = write!(text, " Refuses {}.", note.refuses.join(", "));
        }
        for sentence in note.differs {
            let _ = write!(text, " {sentence}");
        }
    }
    text
}
