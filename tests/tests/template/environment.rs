//! The template sets exactly the variables that a function's configuration reads.

use std::collections::BTreeSet;

use super::{short_name, stack};
use crate::source;

#[test]
fn every_function_gets_the_variables_it_reads_and_no_other() {
    let mut wrong = Vec::new();
    for function in stack().functions {
        let name = short_name(&function);
        let set: BTreeSet<&str> = function.environment.keys().map(String::as_str).collect();
        let mut config = source::sources(&format!("functions/{name}"));
        for shared in ["caps", "hosted", "processing", "reviewers"] {
            if config.contains(&format!("{shared}()")) {
                config += &source::read(format!("crates/lambda-main/src/{shared}.rs"));
            }
        }
        let read: BTreeSet<&str> = variables(&config).collect();
        let missing = read.difference(&set);
        wrong.extend(missing.map(|variable| format!("{name} reads {variable}, which is not set")));
        let unused = set.difference(&read);
        wrong.extend(unused.map(|variable| format!("{name} never reads {variable}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is asked for by the three readers of `lambda_main`.
fn variables(source: &str) -> impl Iterator<Item = &str> {
    let reader = r#"\b(?:variable|parsed|list)(?:::<[^(]*>)?\("([A-Z0-9_]+)"\)"#;
    let found: Vec<&str> = regex::Regex::new(reader)
        .expect("a regex")
        .captures_iter(source)
        .map(|found| found.get(1).expect("the group is not optional").as_str())
        .collect();
    found.into_iter()
}
