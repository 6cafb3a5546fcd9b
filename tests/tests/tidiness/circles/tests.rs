//! Planted circles are found, and what is none is not.

use super::graph::{self, Circle};
use super::modules::Sources;

fn circles(files: &[(&str, &str)]) -> Vec<Circle> {
    graph::circles(&graph::edges(&sources(files), "src/lib.rs"))
}

fn sources(files: &[(&str, &str)]) -> Sources {
    let file = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    files.iter().map(file).collect()
}

/// The modules of the one circle, if there is one.
fn module_circle(files: &[(&str, &str)]) -> Vec<String> {
    let circles = graph::circles(&graph::module_edges(&sources(files), "src/lib.rs"));
    assert!(circles.len() < 2, "{circles:?}");
    let steps = circles.into_iter().flat_map(|circle| circle.0);
    steps.map(|step| step.file).collect()
}

/// The files of the one circle.
fn circle(files: &[(&str, &str)]) -> Vec<String> {
    let circles = circles(files);
    let [Circle(steps)] = circles.as_slice() else {
        panic!("not one circle: {circles:?}");
    };
    steps.iter().map(|step| step.file.clone()).collect()
}

const ROOT: (&str, &str) = ("src/lib.rs", "mod a; mod b;");

#[test]
fn a_circle_by_inline_paths_is_found() {
    let a = ("src/a.rs", "pub fn f() { crate::b::g() }");
    let b = ("src/b.rs", "pub fn g() { super::a::f() }");
    assert_eq!(circle(&[ROOT, a, b]), ["src/a.rs", "src/b.rs"]);
}

#[test]
fn a_circle_behind_a_re_export_is_found_and_leads_to_the_file_that_declares() {
    let root = (
        "src/lib.rs",
        "mod a; mod b; pub use b::inner::Thing as Known;",
    );
    let a = ("src/a.rs", "use crate::Known; pub fn f(_: Known) {}");
    let b = ("src/b.rs", "pub mod inner;");
    let inner = (
        "src/b/inner.rs",
        "pub struct Thing; fn g() { crate::a::f(Thing) }",
    );
    assert_eq!(circle(&[root, a, b, inner]), ["src/a.rs", "src/b/inner.rs"]);
}

#[test]
fn a_re_export_is_an_edge_and_a_declaration_is_none() {
    let uses = ("src/a.rs", "pub struct Thing; fn f() { crate::here() }");
    let declares = ("src/lib.rs", "mod a; fn here() {}");
    assert_eq!(circles(&[declares, uses]), []);
    let exports = ("src/lib.rs", "mod a; pub use a::Thing; fn here() {}");
    assert_eq!(circle(&[exports, uses]), ["src/a.rs", "src/lib.rs"]);
}

#[test]
fn a_message_names_the_files_and_the_paths() {
    let a = (
        "src/a.rs",
        "use crate::b::{self, G}; pub fn f(_: G) { b::g() }",
    );
    let b = ("src/b.rs", "pub struct G; pub fn g() { super::a::f(G) }");
    let circles = circles(&[ROOT, a, b]);
    assert_eq!(
        circles[0].to_string(),
        "  src/a.rs -> src/b.rs: b::g, crate::b, crate::b::G\n  \
           src/b.rs -> src/a.rs: super::a::f\n"
    );
}

#[test]
fn a_type_that_a_macro_declares_leads_to_the_file_of_the_invocation() {
    let a = ("src/a.rs", "pub struct Start; use crate::b::Known;");
    let b = ("src/b.rs", "mod inner; pub use inner::Known;");
    let inner = (
        "src/b/inner.rs",
        "make! { pub struct Known { field: u8 = 1, } }\n\
         impl Known { fn f(_: crate::a::Start) { parse() } fn parse() {} }",
    );
    assert_eq!(circle(&[ROOT, a, b, inner]), ["src/a.rs", "src/b/inner.rs"]);
}

#[test]
fn modules_may_form_a_circle_where_files_form_none() {
    let a = ("src/a.rs", "pub mod deep;");
    let deep = ("src/a/deep.rs", "pub struct Start;");
    let high = ("src/a/high.rs", "fn f() { crate::b::g() }");
    let b = ("src/b.rs", "pub fn g(_: crate::a::deep::Start) {}");
    let files = [ROOT, ("src/a.rs", "pub mod deep; mod high;"), deep, high, b];
    assert_eq!(circles(&files), []);
    assert_eq!(
        module_circle(&files),
        ["crate::a", "crate::b"],
        "as a whole they do"
    );
    assert_eq!(module_circle(&[ROOT, a, deep, b]), [""; 0]);
    // What the root declares is everybody's, and the root may name them all.
    let root = ("src/lib.rs", "mod a; pub struct Own; fn f() { a::g() }");
    let uses = ("src/a.rs", "pub fn g(_: crate::Own) {}");
    assert_eq!(module_circle(&[root, uses]), [""; 0]);
}

/// `a` reaches `b` in the way that is given; `b` names `a`.
#[test]
fn every_way_to_name_an_item_counts() {
    let ways = [
        "use crate::b::Thing;",
        "use super::b as other; fn f() { other::g() }",
        "use super::*; fn f() { b::g() }",
        "use crate::b::*; struct Own(Thing);",
        "use crate::b::{self};",
        "fn f() { use crate::b::g; g() }",
        "fn f(_: Vec<crate::b::Thing>) {}",
        "fn f() -> impl crate::b::Trait { todo() }",
        "impl crate::b::Trait for Own {} struct Own;",
        "impl crate::b::Thing { fn more() {} }",
        "fn f() { <u8 as crate::b::Trait>::work() }",
        "fn f() { let super::b::Kind::One = kind() else { return }; }",
        "fn f() { assert_eq!(1, 1 + crate::b::g()) }",
        "fn f() { vec![Own { ..super::b::g() }] }",
        "macro_rules! make { () => { $crate::b::g() } }",
        "fn f() { crate::shout!() }",
        "fn f() { shout!() }",
        "#[serde(with = \"crate::b\")] struct Own;",
        "struct Own { #[serde(default = \"super::b::g\")] field: u8 }",
        "#[derive(crate::b::Thing)] struct Own;",
        "mod inner { fn f() { super::super::b::g() } }",
        "mod inner { pub use crate::b::Thing; } use inner::Thing;",
        "pub(in crate::a) use crate::b::Thing;",
    ];
    let b = (
        "src/b.rs",
        "pub struct Thing; pub trait Trait { fn work(); } pub enum Kind { One } pub fn g() {}\n\
         #[macro_export] macro_rules! shout { () => {} }\n\
         fn back(_: crate::a::Start) {}",
    );
    for way in ways {
        let a = format!("pub struct Start; {way}");
        let found = circles(&[ROOT, ("src/a.rs", &a), b]);
        assert_eq!(found.len(), 1, "{way}");
    }
}

#[test]
fn an_associated_function_leads_to_the_file_of_its_impl() {
    let root = ("src/lib.rs", "mod a; mod b; mod c;");
    let a = ("src/a.rs", "pub fn f() { crate::b::Thing::more() }");
    let b = ("src/b.rs", "pub struct Thing;");
    let c = (
        "src/c.rs",
        "impl crate::b::Thing { pub fn more() { crate::a::f() } }",
    );
    assert_eq!(circle(&[root, a, b, c]), ["src/a.rs", "src/c.rs"]);
}

#[test]
fn a_longer_circle_is_told_in_its_order() {
    let root = ("src/lib.rs", "mod a; mod b; mod c;");
    let a = ("src/a.rs", "pub fn f() { crate::c::f() }");
    let b = ("src/b.rs", "pub fn f() { crate::a::f() }");
    let c = ("src/c.rs", "pub fn f() { crate::b::f() }");
    assert_eq!(
        circle(&[root, a, b, c]),
        ["src/a.rs", "src/c.rs", "src/b.rs"]
    );
}

#[test]
fn what_is_no_import_makes_no_circle() {
    let harmless = [
        "#[cfg(test)] mod tests { use crate::b::Thing; }",
        "#[cfg(all(test, unix))] use crate::b::Thing;",
        "#[test] fn f() { crate::b::g() }",
        "/// [`crate::b::Thing`]\nstruct Own;",
        "pub(in crate::b) struct Own;",
        "fn f() { info!(b = 1, \"crate::b::g\") }",
        "fn f(b: u8) { b.g(b) }",
        "use ::b::Thing;",
        "use b::Thing;",
        "#[serde(rename = \"crate::b::g\")] struct Own;",
    ];
    let b = (
        "src/b.rs",
        "pub struct Thing; pub fn g() {} fn back(_: crate::a::Start) {}",
    );
    for text in harmless {
        let a = format!("pub struct Start; {text}");
        assert_eq!(circles(&[ROOT, ("src/a.rs", &a), b]), [], "{text}");
    }
}

#[test]
fn a_condition_that_may_hold_without_tests_counts() {
    for condition in ["not(test)", "any(test, unix)", "unix"] {
        let a = format!("pub struct Start; #[cfg({condition})] use crate::b::Thing;");
        let b = (
            "src/b.rs",
            "pub struct Thing; fn back(_: crate::a::Start) {}",
        );
        assert_eq!(
            circles(&[ROOT, ("src/a.rs", &a), b]).len(),
            1,
            "{condition}"
        );
    }
}

#[test]
#[should_panic(expected = "src/a.rs: crate::b::missing leads nowhere")]
fn a_path_that_is_not_understood_is_an_error() {
    let b = ("src/b.rs", "pub fn g() {}");
    circles(&[ROOT, ("src/a.rs", "use crate::b::missing;"), b]);
}
