use super::labels;

fn check(template: &str, path: &str, expected: Option<&[(&str, &str)]>) {
    let found = labels(template, path);
    let expected = expected.map(|pairs| {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    });
    assert_eq!(found, expected, "{template} on {path}");
}

#[test]
fn labels_are_decoded_and_paths_match_whole() {
    check("/human-loops", "/human-loops", Some(&[]));
    check("/human-loops", "/human-loops/", Some(&[]));
    check("/human-loops", "/human-loops/a", None);
    check(
        "/human-loops/{Name}",
        "/human-loops/a%2Fb+c",
        Some(&[("Name", "a/b+c")]),
    );
    check("/human-loops/{Name}", "/human-loops/", None);
    check(
        "/f/{Name}/url/{Path+}",
        "/f/x/url/a/b",
        Some(&[("Name", "x"), ("Path", "a/b")]),
    );
}
