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

/// What a model says of texts that are put to it as they are.
fn direct(container: &Container, input: &str, texts: &[String]) -> Vec<String> {
    let model = TrainedModel::load(&container.input(input)).unwrap();
    let probabilities = model.probabilities(texts).unwrap();
    let answers = probabilities
        .iter()
        .map(|row| &model.labels()[most_likely(row)]);
    answers.cloned().collect()
}

#[test]
fn each_model_reads_the_columns_that_it_was_trained_on() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    trained(&container, "champion", &["Review"]);
    trained(&container, "challenger", &["Title", "Review"]);
    let texts = testing::rows(24).into_iter().map(|row| row.text);
    let titles = ["awful", "lovely", "plain"].into_iter().cycle();
    let rows = texts.zip(titles).enumerate();
    let rows: Vec<LabelledRow> = rows
        .map(|(number, (text, title))| row(number, title, &text))
        .collect();
    let scored = compared(&container, &rows).unwrap();
    let of_rows = |of: fn(&LabelledRow) -> String| rows.iter().map(of).collect::<Vec<_>>();
    let alone = of_rows(|row| row.text.clone());
    let titled = of_rows(|row| format!("{}. {}", row.context["Title"], row.text));
    let of_scores =
        |of: fn(&ScoredRow) -> &String| scored.iter().map(of).cloned().collect::<Vec<_>>();
    assert_eq!(
        of_scores(|row| &row.champion),
        direct(&container, "champion", &alone)
    );
    let with_titles = direct(&container, "challenger", &titled);
    assert_eq!(of_scores(|row| &row.challenger), with_titles);
    assert_ne!(
        direct(&container, "challenger", &alone),
        with_titles,
        "titles say something"
    );
    assert_eq!(of_scores(|row| &row.text_hash)[23], "hash 23");
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
