//! What keeps the project readable, held like any other promise.

mod arrows;
mod circles;
mod features;
mod packages;
mod weight;
mod world;

use std::path::Path;
use std::process::Command;

use crate::source;

/// Around 100 lines a file; at 400 think again, and here is the end of it.
const MOST_LINES: usize = 400;

#[test]
fn no_source_file_is_long() {
    for path in tracked("*.rs") {
        let lines = source::read(&path).lines().count();
        assert!(lines <= MOST_LINES, "{path}: {lines} lines");
    }
}

#[test]
fn nothing_stands_in_for_work_to_be_done() {
    // Spelled apart, or this file would find itself.
    let forbidden = [
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("#[ig", "nore"),
        concat!("thread::", "sleep"),
        concat!("dbg", "!("),
    ];
    for path in tracked("*.rs") {
        let text = source::read(&path);
        for word in forbidden {
            assert!(!text.contains(word), "{path} contains {word}");
        }
    }
}

#[test]
fn there_is_no_mod_rs() {
    assert_eq!(tracked("*/mod.rs"), [""; 0]);
}

#[test]
fn no_test_binds_a_fixed_port() {
    let fixed = regex::Regex::new(r#"bind\([^)]*:[1-9]"#).expect("a regex");
    for path in tracked("*.rs") {
        let text = source::read(&path);
        assert!(!fixed.is_match(&text), "{path} binds a fixed port");
    }
}

#[test]
fn every_sample_event_is_used() {
    let tests: String = tracked("*.rs")
        .iter()
        .chain(&tracked("*.py"))
        .map(source::read)
        .collect();
    for path in source::files("events", "json") {
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name");
        assert!(
            tests.contains(&format!("\"{name}\""))
                || tests.contains(&format!("events/{name}.json")),
            "no test uses events/{name}.json"
        );
    }
}

#[test]
fn the_mains_of_all_functions_are_alike() {
    for path in tracked("functions/*/src/main.rs") {
        let lines = source::read(&path).lines().count();
        assert!(
            lines <= 40,
            "{path}: {lines} lines; a main only builds clients and hands over"
        );
    }
}

#[test]
fn only_the_configuration_reads_the_environment() {
    for path in tracked("functions/*.rs") {
        let text = source::read(&path);
        let config = Path::new(&path)
            .file_name()
            .is_some_and(|name| name == "config.rs");
        assert!(
            config || !text.contains("env::var"),
            "{path} reads the environment"
        );
        assert!(
            !text.contains("AWS_ENDPOINT_URL"),
            "{path} knows where it runs"
        );
    }
}

#[test]
fn no_function_reads_the_time_but_through_its_clock() {
    let forbidden = [
        "now_utc",
        "now_local",
        "SystemTime::now",
        "Instant::now",
        "tokio::time",
    ];
    let shared = ["contracts", "policy", "loop-state", "lambda-main"];
    let shared = shared.map(|name| tracked(&format!("crates/{name}/src/*.rs")));
    for path in tracked("functions/*.rs")
        .iter()
        .chain(shared.iter().flatten())
    {
        let text = source::read(path);
        for word in forbidden {
            assert!(
                !text.contains(word),
                "{path} uses {word}: `loop_state::Clock` has the time"
            );
        }
    }
}

#[test]
fn every_source_file_that_the_maps_name_exists() {
    let named = regex::Regex::new(r"`([a-z0-9_<>-]+(?:/[a-z0-9_<>-]+)+\.rs)`").expect("a regex");
    for (page, folder) in [
        ("ARCHITECTURE.md", ""),
        ("ARCHITECTURE.md", "local-aws"),
        ("local-aws/README.md", "local-aws"),
    ] {
        let text = source::read(page);
        let (_, of_local_aws) = text.split_once("\n## local-aws: ").unwrap_or(("", &text));
        let part = if folder.is_empty() {
            text.strip_suffix(of_local_aws).expect("its end")
        } else {
            of_local_aws
        };
        for (_, [path]) in named.captures_iter(part).map(|found| found.extract()) {
            let file = source::root().join(folder).join(path);
            assert!(
                file.exists() || path.contains('<'),
                "{page} names {path}, which is not there"
            );
        }
    }
}

/// Files that Git knows, by pattern, relative to the root.
fn tracked(pattern: &str) -> Vec<String> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "--",
            pattern,
        ])
        .current_dir(source::root())
        .output()
        .expect("git lists the files");
    let text = String::from_utf8(output.stdout).expect("names are UTF-8");
    let mut files: Vec<String> = text.lines().map(str::to_owned).collect();
    files.retain(|path| source::root().join(path).exists());
    files.sort();
    files
}
