use std::fs;

use contracts::automl::{Importance, Statistics};
use serde_json::json;

use super::{Command, Job, analyze, table};
use crate::train;

/// Analysed and made to texts.
fn featured(rows: usize) -> Job {
    of_table(&table(rows))
}

fn of_table(table: &str) -> Job {
    let job = Job::of(&[("rows.csv", table)]);
    job.run(analyze("rating")).unwrap();
    job.hand_over("split", "split");
    job.hand_over("analysis", "analysis");
    job.run(Command::Features).unwrap();
    job
}

/// With a model trained on the texts, as the job's tuning trains one.
fn trained(job: &Job) {
    let container = job.container();
    for part in ["train", "validation"] {
        super::copy(
            &container.output("rows").join(part),
            &container.channel(part),
        );
    }
    let hyperparameters =
        json!({"algorithm": "ngrams", "text_column": "text", "label_column": "label"});
    let path = container.hyperparameters();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, hyperparameters.to_string()).unwrap();
    train::run(&container).unwrap();
    super::copy(&container.model(), &container.input("model"));
    job.hand_over("features", "features");
    job.hand_over("split/validation", "validation");
}

#[test]
fn rows_become_texts_that_train_and_columns_have_their_importance() {
    let job = featured(300);
    let lines = job.lines("rows/train/part-00000.jsonl");
    assert_eq!(lines.len(), 240);
    for line in &lines {
        let (text, label) = (
            line["text"].as_str().unwrap(),
            line["label"].as_str().unwrap(),
        );
        let word = ["awful", "plain", "lovely"]
            [usize::try_from(label.parse::<i32>().unwrap() + 1).unwrap()];
        assert!(text.contains(&format!("so {word} a dress")), "{text}");
        assert!(
            text.contains(" shopis") && text.contains(" ageisq") && !text.contains("nris"),
            "{text}"
        );
    }
    trained(&job);
    job.run(Command::Explain).unwrap();

    let importance: Importance = job.json("explainability/analysis.json");
    let of = |name: &str| {
        let column = importance.columns.iter().find(|column| column.name == name);
        column.expect(name)
    };
    assert_eq!((importance.rows, importance.columns.len()), (60, 4));
    assert!(importance.balanced_accuracy > 0.9, "{importance:?}");
    assert!(
        of("Review").balanced_accuracy_loss.mean > 0.3,
        "{importance:?}"
    );
    assert!(of("Review").log_loss_growth.mean > of("Title").log_loss_growth.mean + 0.1);
    assert!(
        of("Title").balanced_accuracy_loss.mean.abs() < 0.1,
        "{importance:?}"
    );

    let statistics: Statistics = job.json("insights/statistics.json");
    assert_eq!(statistics.labels, ["-1", "0", "1"]);
    assert_eq!(statistics.scores.rows, 60);
    let interval = statistics.scores.balanced_accuracy_interval;
    assert!(interval.low < statistics.scores.balanced_accuracy && interval.high <= 1.0);
    for page in ["explainability/report.html", "insights/report.html"] {
        let page = job.text(page);
        assert!(page.contains("</html>") && !page.contains("NaN") && !page.contains("a dress"));
    }

    // The same again, to the byte.
    let before = job.text("explainability/analysis.json");
    job.run(Command::Explain).unwrap();
    assert_eq!(job.text("explainability/analysis.json"), before);
}

#[test]
fn a_table_without_texts_is_learnt_from_too() {
    // The shop tells two labels apart and the age the third; the names of the shops have no ASCII letter.
    let rows = (0..300).map(|n| {
        let class = n % 3;
        let shop = ["東京", "大阪", "大阪"][class];
        let age = [30 + n % 31, 20 + n % 23, 50 + n % 29][class];
        format!("{shop},{age},{}\n", ["a", "b", "c"][class])
    });
    let job = of_table(&("店,age,rating\n".to_owned() + &rows.collect::<String>()));
    trained(&job);
    job.run(Command::Explain).unwrap();
    let importance: Importance = job.json("explainability/analysis.json");
    assert!(importance.balanced_accuracy > 0.9, "{importance:?}");
    for column in &importance.columns {
        assert!(column.balanced_accuracy_loss.mean > 0.2, "{importance:?}");
    }
}

#[test]
fn a_table_of_texts_alone_joins_them_in_order() {
    let rows = (0..60).map(|n| {
        let word = ["bad", "good"][n % 2];
        format!("A title of {n},so {word} it is {n},and the end {n},{word}\n")
    });
    let job = of_table(&("title,text,more,rating\n".to_owned() + &rows.collect::<String>()));
    for line in job.lines("rows/validation/part-00000.jsonl") {
        let (text, label) = (
            line["text"].as_str().unwrap(),
            line["label"].as_str().unwrap(),
        );
        let number = text.rsplit(' ').next().unwrap();
        let expected =
            format!("A title of {number}. so {label} it is {number}. and the end {number}");
        assert_eq!(text, expected);
    }
}

#[test]
fn features_are_the_same_archive_again_and_refuse_what_does_not_fit() {
    let job = featured(90);
    let archive = || fs::read(job.container().output("features/model.tar.gz")).unwrap();
    let before = archive();
    job.run(Command::Features).unwrap();
    assert_eq!(archive(), before);

    job.put(
        "split/train/part-00000.csv",
        "Nr,Title,Review,Shop,Age,Day,Empty,rating\n1,a,b,c,2,,,\n",
    );
    let error = job.run(Command::Features).unwrap_err();
    assert!(error.contains("train: row 1 has no label"), "{error}");
    job.put(
        "split/train/part-00000.csv",
        "Nr,Title,Review,Shop,Age,Day,rating\n1,a,b,c,2,,1\n",
    );
    let error = job.run(Command::Features).unwrap_err();
    assert!(error.contains("no column \"Empty\""), "{error}");
    job.put("analysis/analysis.json", "{}");
    let error = job.run(Command::Features).unwrap_err();
    assert!(
        error.contains("analysis.json") && error.contains("problem_type"),
        "{error}"
    );
}

#[test]
fn an_explanation_without_its_inputs_says_which_is_missing() {
    let job = featured(90);
    let error = job.run(Command::Explain).unwrap_err();
    assert!(error.contains("features.json"), "{error}");
    job.hand_over("features", "features");
    job.hand_over("split/validation", "validation");
    fs::create_dir_all(job.container().input("model")).unwrap();
    let error = job.run(Command::Explain).unwrap_err();
    assert!(error.contains("the model input holds no model"), "{error}");
}
