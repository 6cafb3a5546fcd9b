use super::*;

#[test]
fn each_model_of_an_ensemble_is_scored_alone_on_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    let hyperparameters =
        BTreeMap::from([("algorithm", "automl"), ("algorithms", "ngrams,fasttext")]);
    testing::training_channels(&container, &testing::rows(120), &hyperparameters);
    train::run(&container).unwrap();
    fs::create_dir_all(container.input("model")).unwrap();
    fs::rename(container.model(), container.input("model")).unwrap();
    let manifest = serde_json::to_string(&manifest(&labels())).unwrap();
    for (input, file, json) in [
        ("manifest", "1.json", manifest),
        ("test", "part-00000.jsonl", prepared(30)),
    ] {
        fs::create_dir_all(container.input(input)).unwrap();
        fs::write(container.input(input).join(file), json).unwrap();
    }
    let settings = Settings {
        explain_rows: 4,
        ..no_incumbent()
    };
    evaluate(&container, &settings).unwrap();
    let path = container.output("evaluation").join("evaluation.json");
    let evaluation: Evaluation = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();

    let mut names: Vec<&str> = evaluation.candidates.iter().map(|one| &*one.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["fasttext", "ngrams"]);
    let weights: f64 = evaluation.candidates.iter().map(|one| one.weight).sum();
    close(weights, 1.0);
    let whole = evaluation.challenger.balanced_accuracy;
    for one in &evaluation.candidates {
        assert_eq!(one.scores.rows, evaluation.challenger.rows);
        close(one.difference.value, whole - one.scores.balanced_accuracy);
    }
    assert_eq!(evaluation.training.unwrap().candidates.len(), 2);
    assert_eq!(evaluation.telling_words.unwrap().incomplete_rows, 0);
}
