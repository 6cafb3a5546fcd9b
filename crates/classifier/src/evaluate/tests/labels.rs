//! Labels of the dataset, spelt alike from `prepare` to the evaluation.

use contracts::dataset::{Context, Origin, Part, Row};

use super::*;
use crate::prepare;

/// Rows whose words give their label away, prepared and learnt.
fn trained(folder: &Path, labels: [&str; 2]) -> Container {
    let container = Container::at(folder);
    let words = ["awful and scratchy", "lovely and soft"];
    let line = |n: usize| {
        let row = Row {
            text: format!("{} {n}", words[n % 2]),
            context: Context::new(),
            label: labels[n % 2].to_owned(),
            category: None,
            columns: [].into(),
            origin: Origin::Upload,
            human: false,
            inclusion_probability: None,
        };
        serde_json::to_string(&row).unwrap() + "\n"
    };
    let part = Part {
        id: "part".to_owned(),
        rows: 300,
        quarantined: 0,
        source_key: "incoming/reviews.csv".to_owned(),
        schema: None,
        source_etag: String::new(),
        uploaded_at: String::new(),
        labels: Vec::new(),
    };
    let manifest = DatasetManifest {
        parts: vec![part],
        ..manifest(&labels.map(str::to_owned))
    };
    for input in ["parts", "manifest"] {
        fs::create_dir_all(container.input(input)).unwrap();
    }
    write_json(&container.input("manifest").join("1.json"), &manifest).unwrap();
    let lines: String = (0..300).map(line).collect();
    fs::write(container.input("parts").join("part.jsonl"), lines).unwrap();
    prepare::run(&container, &prepare::settings::Settings::default()).unwrap();
    let hyperparameters = BTreeMap::from([
        ("algorithm", "fasttext"),
        ("vector_dim", "8"),
        ("buckets", "1000"),
        ("learning_rate", "0.5"),
    ]);
    let path = container.hyperparameters();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    write_json(&path, &hyperparameters).unwrap();
    fs::create_dir_all(container.channel("train").parent().unwrap()).unwrap();
    for channel in ["train", "validation"] {
        fs::rename(container.output(channel), container.channel(channel)).unwrap();
    }
    train::run(&container).unwrap();
    fs::rename(container.output("test"), container.input("test")).unwrap();
    fs::rename(container.model(), container.input("model")).unwrap();
    container
}

#[test]
fn labels_with_leading_zeros_are_the_same_in_training_and_evaluation() {
    let folder = tempfile::tempdir().unwrap();
    let container = trained(folder.path(), ["01", "02"]);
    let model = TrainedModel::load(&container.input("model")).unwrap();
    let labels: BTreeSet<&str> = model.labels().iter().map(String::as_str).collect();
    assert_eq!(labels, BTreeSet::from(["01", "02"]));
    evaluate(&container, &no_incumbent()).unwrap();
    let path = container.output("evaluation").join("evaluation.json");
    let evaluation: Evaluation = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    close(evaluation.challenger.balanced_accuracy, 1.0);
}

#[test]
fn a_champion_of_other_text_columns_is_named_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let container = trained(folder.path(), ["good", "bad"]);
    let (model, champion) = (container.input("model"), container.input("champion"));
    fs::create_dir_all(&champion).unwrap();
    for file in fs::read_dir(&model).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), champion.join(file.file_name())).unwrap();
    }
    let settings = Settings {
        champion_model_package: "arn:the-champion".to_owned(),
        ..no_incumbent()
    };
    evaluate(&container, &settings).unwrap();
    assert_eq!(other_text_columns(&container), [""; 0]);
    let mut card = TrainedModel::read_card(&champion).unwrap().unwrap();
    card.text_columns = vec!["Body".to_owned()];
    write_json(&champion.join("training.json"), &card).unwrap();
    evaluate(&container, &settings).unwrap();
    assert_eq!(other_text_columns(&container), ["Body"]);
}

#[test]
fn a_model_that_shares_no_label_with_the_dataset_is_refused_unless_it_is_the_champion() {
    let folder = tempfile::tempdir().unwrap();
    let container = trained(folder.path(), ["good", "bad"]);
    // Its labels are -1, 0 and 1.
    let other = testing::folder();
    other.write(&container.input("champion")).unwrap();
    let settings = Settings {
        champion_model_package: "arn:the-champion".to_owned(),
        ..no_incumbent()
    };
    evaluate(&container, &settings).unwrap();
    fs::remove_dir_all(container.input("model")).unwrap();
    other.write(&container.input("model")).unwrap();
    let error = format!("{:#}", evaluate(&container, &settings).unwrap_err());
    assert!(error.starts_with("score the challenger: "), "{error}");
    assert!(
        error.ends_with(r#"["good", "bad"] have none in common"#),
        "{error}"
    );
}

fn other_text_columns(container: &Container) -> Vec<String> {
    let path = container.output("evaluation").join("evaluation.json");
    let evaluation: Evaluation = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    evaluation.champion.unwrap().other_text_columns
}
