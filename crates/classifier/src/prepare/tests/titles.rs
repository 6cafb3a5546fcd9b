//! Rows with a title in front of the review.

use contracts::dataset::PreparedManifest;

use super::*;

fn titled(title: &str, text: &str, label: &str, origin: Origin) -> Row {
    Row {
        context: [("Title".to_owned(), title.to_owned())].into(),
        ..row(text, label, origin)
    }
}

/// The golden vectors of `policy::split`.
const IN_TRAIN: &str = "Love this dress!";
const IN_VALIDATION: &str = "review 4";
const IN_TEST: &str = "runs small, had to return it";

#[test]
fn a_title_is_read_with_its_review_and_moves_no_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = many();
    let texts = [
        (IN_TRAIN, "train"),
        (IN_VALIDATION, "validation"),
        (IN_TEST, "test"),
    ];
    rows.retain(|row| row.text != IN_VALIDATION);
    rows.extend(texts.map(|(text, _)| titled("Nice", text, "1", Origin::Upload)));
    let container = container(folder.path(), &[rows]);
    run(&container, &Settings::default()).unwrap();
    for (text, part) in texts {
        let (found, row) = find(&container, &format!("Nice. {text}"));
        assert_eq!(found, part);
        assert_eq!(row.row_hash, policy::text::row_hash(text));
    }
    assert_eq!(find(&container, "review 5").1.review_body, "review 5");
    let manifest = fs::read(container.output("train").join("manifest.json")).unwrap();
    let manifest: PreparedManifest = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest.text_columns, ["Title", "text"]);
    let train = container.output("train");
    assert_eq!(
        crate::channel::Files::of(&train).unwrap().text_columns(),
        ["Title", "text"]
    );
}

#[test]
fn a_labelled_row_stays_in_its_part_with_the_title_that_the_reviewer_saw() {
    for (text, part) in [(IN_TEST, "test"), (IN_TRAIN, "train")] {
        let folder = tempfile::tempdir().unwrap();
        let mut uploads = many();
        uploads.push(titled("As uploaded", text, "1", Origin::Upload));
        let labelled = titled("As seen", &text.to_uppercase(), "-1", Origin::Audit);
        let again = titled("As uploaded again", text, "0", Origin::Upload);
        let container = container(folder.path(), &[uploads, vec![labelled], vec![again]]);
        run(&container, &Settings::default()).unwrap();
        let (found, row) = find(&container, &format!("As seen. {}", text.to_uppercase()));
        assert_eq!((found.as_str(), row.sentiment.as_str()), (part, "-1"));
        assert_eq!(row.row_hash, policy::text::row_hash(text));
        assert_eq!(union(&[&container]).len(), many().len() + 1);
    }
}
