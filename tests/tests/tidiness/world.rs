//! local-aws has one clock, one timer and one source of chance, the world: so that a seed can repeat a run.

use std::path::Path;

use regex::Regex;

use crate::source;

/// What goes past the world, and why it may: the beginning of a path, an expression, the reason.
const PAST_THE_WORLD: &[(&str, &str, &str)] = &[
    (
        "core/src/world.rs",
        "now_utc|tokio::time",
        "it is the world",
    ),
    ("core/src/dice.rs", "rand::", "the seed of the real world"),
    (
        "core/src/store.rs",
        "recv_timeout",
        "the folder's lock is awaited before there is a world",
    ),
    (
        "face/src/serve.rs",
        "tokio::time|TokioTimer",
        "how long a client's connection and the end of one may take changes no state",
    ),
    (
        "sagemaker/src/",
        r"\.timeout\(\w",
        "HTTP to a container, which is a program of its own",
    ),
    (
        "containers/src/",
        r"\.timeout\(\w",
        "HTTP to a container, which is a program of its own",
    ),
];

/// Crates whose draws have no purpose yet, and one file.
const UNNAMED: &[&str] = &[
    "lambda/src/process.rs",
    "containers/src/",
    "people/src/",
    "sagemaker/src/",
    "stack/src/",
];

/// tokio picks a ready branch by dice of its own, unless the order is fixed.
const UNORDERED: &[&str] = &["stack/src/custom/answer.rs"];

#[test]
fn local_aws_reads_time_and_chance_from_the_world_alone() {
    let past = Regex::new(
        r"now_utc|now_local|SystemTime::now|Instant::now|tokio::time|TokioTimer|recv_timeout|\.timeout\(\w|\brand::|getrandom|new_v4",
    )
    .expect("a regex");
    for (path, text) in sources() {
        for found in past.find_iter(&text).map(|found| found.as_str()) {
            let is_known = PAST_THE_WORLD.iter().any(|(place, expression, _)| {
                let known = Regex::new(expression).expect("a regex");
                path.starts_with(place) && known.is_match(found)
            });
            assert!(is_known, "local-aws/{path}: {found} goes past the world");
        }
    }
}

#[test]
fn every_draw_names_its_purpose() {
    let unnamed = Regex::new(r"world\s*\.(random_hex|random_bytes|uuid)\(").expect("a regex");
    for (path, text) in sources() {
        let is_known = UNNAMED.iter().any(|place| path.starts_with(place));
        assert!(
            is_known || !unnamed.is_match(&text),
            "local-aws/{path}: a draw is world.dice(\"service/thing\")"
        );
    }
}

#[test]
fn every_select_waits_in_a_fixed_order() {
    let select = Regex::new(r"select!\s*\{\s*(\w+)").expect("a regex");
    for (path, text) in sources() {
        for (_, [first]) in select.captures_iter(&text).map(|found| found.extract()) {
            assert!(
                first == "biased" || UNORDERED.contains(&path.as_str()),
                "local-aws/{path}: a select! begins with {first} and not with biased"
            );
        }
    }
}

/// The sources of local-aws without their tests, by their paths below it.
fn sources() -> Vec<(String, String)> {
    let root = source::root().join("local-aws");
    let files = source::files("local-aws", "rs").into_iter();
    let sources = files.filter_map(|file| {
        let path = file.strip_prefix(&root).expect("it is below").to_owned();
        let path = path.to_str().expect("a path").to_owned();
        let is_test = Path::new(&path)
            .file_name()
            .is_some_and(|name| name == "tests.rs" || name == "testing.rs");
        let is_source = path.contains("/src/") && !path.contains("/tests/") && !is_test;
        is_source.then(|| {
            let text = source::read(&file);
            let own = text.split("#[cfg(test)]\nmod tests {").next();
            (path, own.unwrap_or_default().to_owned())
        })
    });
    let sources: Vec<_> = sources.collect();
    assert!(!sources.is_empty(), "there is nothing to look at");
    sources
}
