use std::fs;

use contracts::automl::{Importance, Statistics};
use serde_json::json;

use super::{Command, Job, analyze, table};
use crate::train;

/// Analysed and made to texts.
fn featured(rows: usize) -> Job {
    let job = Job::of(&[("rows.csv", &table(rows))]);
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
    assert!(of("Review").log_loss_growth.mean > of("Age").log_loss_growth.mean + 0.1);
    assert!(
        of("Age").balanced_accuracy_loss.mean.abs() < 0.1,
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
fn features_are_the_same_archive_again_and_refuse_what_does_not_fit() {
    let job = featured(90);
    let archive = || fs::read(job.container().output("features/model.tar.gz")).unwrap();
    let before = archive();
    job.run(Command::Features).unwrap();
    assert_eq!(archive(), before);

    job.put(
        "split/train/part-00000.csv",
        "Nr,Title,Review,Shop,Age,Empty,rating\n1,a,b,c,2,,\n",
    );
    let error = job.run(Command::Features).unwrap_err();
    assert!(error.contains("train: row 1 has no label"), "{error}");
    job.put(
        "split/train/part-00000.csv",
        "Nr,Title,Review,Shop,Age,rating\n1,a,b,c,2,1\n",
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
