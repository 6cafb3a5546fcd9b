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
];

#[test]
fn local_aws_reads_time_and_chance_from_the_world_alone() {
    let past = Regex::new(
        r"now_utc|now_local|SystemTime::now|Instant::now|tokio::time|TokioTimer|recv_timeout|\.timeout\(\w|\brand::|getrandom|new_v4",
    )
    .expect("a regex");
    let mut matched = vec![false; PAST_THE_WORLD.len()];
    for (path, text) in sources() {
        for found in past.find_iter(&text).map(|found| found.as_str()) {
            let exception = PAST_THE_WORLD.iter().position(|(place, expression, _)| {
                let known = Regex::new(expression).expect("a regex");
                path.starts_with(place) && known.is_match(found)
            });
            let exception = exception.unwrap_or_else(|| {
                panic!("local-aws/{path}: {found} goes past the world");
            });
            matched[exception] = true;
        }
    }
    for ((path, expression, _), matched) in PAST_THE_WORLD.iter().zip(matched) {
        assert!(matched, "local-aws/{path} has no {expression} any more");
    }
}

/// tokio picks a ready branch by chance of its own, unless the order is fixed.
#[test]
fn every_select_waits_in_a_fixed_order() {
    let select = Regex::new(r"select!\s*\{\s*(\S+)").expect("a regex");
    for (path, text) in sources() {
        for (_, [first]) in select.captures_iter(&text).map(|found| found.extract()) {
            assert!(
                first == "biased;",
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
