//! The parameters, as CloudFormation's console and `docs/parameters.md` present them.

use std::collections::BTreeMap;

use regex::Regex;

use crate::source;

fn defaults() -> BTreeMap<String, Option<String>> {
    let template = sam::Template::read(&source::root().join("infra/template.yaml"));
    let template = template.unwrap_or_else(|error| panic!("{error}"));
    let mut defaults = template.parameter_defaults();
    defaults
        .remove("ClassifierImageUri")
        .expect("infra/deploy sets it");
    defaults
}

#[test]
fn the_documentation_lists_every_parameter_with_its_default() {
    let row = Regex::new(r"(?m)^\| `(\w+)` \| (?:`(.*?)`)? ?\|").expect("a pattern");
    let page = source::read("docs/parameters.md");
    let rows = row.captures_iter(&page).map(|found| {
        let default = found.get(2).map_or("", |default| default.as_str());
        (found[1].to_owned(), Some(default.to_owned()))
    });
    assert_eq!(rows.collect::<BTreeMap<_, _>>(), defaults());
}

#[test]
fn every_parameter_has_a_description() {
    let template = source::read("infra/template.yaml");
    let silent: Vec<String> = defaults()
        .into_keys()
        .filter(|name| !template.contains(&format!("\n  {name}:\n    Description: ")))
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}
