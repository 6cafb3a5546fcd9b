use contracts::dataset::Context as ReviewContext;
use contracts::rollout::{LabelledRow, ScoredRow};

use super::*;
use crate::{testing, train};

/// Trains a model that reads these columns into an input.
fn trained(container: &Container, input: &str, columns: &[&str]) {
    let job = tempfile::tempdir().unwrap();
    let job = Container::at(job.path());
    testing::training_job(&job, &testing::rows(120), &[]);
    testing::name_text_columns(&job, columns);
    train::run(&job).unwrap();
    fs::create_dir_all(container.input(input).parent().unwrap()).unwrap();
    fs::rename(job.model(), container.input(input)).unwrap();
}

fn row(number: usize, title: &str, text: &str) -> LabelledRow {
    LabelledRow {
        text_hash: format!("hash {number}"),
        text: text.to_owned(),
        context: ReviewContext::from([("Title".to_owned(), title.to_owned())]),
        label: "1".to_owned(),
        inclusion_probability: 0.02,
    }
}

fn compared(container: &Container, rows: &[LabelledRow]) -> Result<Vec<ScoredRow>> {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| serde_json::to_string(row).unwrap())
        .collect();
    fs::create_dir_all(container.input("rows")).unwrap();
    fs::write(
        container.input("rows").join("00000001.jsonl"),
        lines.join("\n"),
    )
    .unwrap();
    run(container)?;
    let scores = fs::read_to_string(container.output("scores").join(keys::ROLLOUT_SCORES))?;
    assert!(!scores.contains("dress"), "no text leaves the job");
    let scores = scores.lines().map(serde_json::from_str);
    Ok(scores.collect::<serde_json::Result<_>>()?)
}

#[test]
fn each_model_reads_the_columns_that_it_was_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    trained(&container, "champion", &["Review"]);
    trained(&container, "challenger", &["Title", "Review"]);
    let rows = [
        row(0, "lovely", "dress in store"),
        row(1, "plain", "lovely dress bought"),
    ];
    let scored = compared(&container, &rows).unwrap();
    let answers: Vec<_> = scored
        .iter()
        .map(|row| (row.text_hash.as_str(), row.label.as_str()))
        .collect();
    assert_eq!(answers, [("hash 0", "1"), ("hash 1", "1")]);
    // The title gives the first one away, to the model that reads titles.
    assert_eq!(scored[0].challenger, "1");
    assert_eq!(scored[1].champion, "1");
    assert_ne!(scored[0].champion, scored[0].challenger, "{scored:?}");
}

#[test]
fn what_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    let error = compared(&container, &[]).unwrap_err().to_string();
    assert_eq!(error, "the input rows holds no rows");
    let error = compared(&container, &[row(0, "a", "b")]).unwrap_err();
    assert!(
        format!("{error:#}").contains("the input champion holds no model"),
        "{error:#}"
    );
}
