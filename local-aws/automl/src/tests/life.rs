//! From the creation to the end.

use serde_json::{Value, json};

use super::{Bench, ROLE, THIRD_IS_BEST, lab_3, scores};

#[tokio::test]
async fn each_step_is_a_job_and_the_best_candidate_is_explained() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    let mut request = lab_3(3);
    request["Tags"] = json!([{ "Key": "lab", "Value": "3" }]);
    let created = bench.create(&request).await.unwrap();
    let arn = "arn:aws:sagemaker:us-east-1:123456789012:automl-job/lab";
    assert_eq!(created["AutoMLJobArn"], arn);
    bench.drive();
    let mut states = Vec::new();
    let job = bench
        .until("lab", |job| {
            let state = job["AutoMLJobSecondaryStatus"].as_str().unwrap().to_owned();
            // Both notebooks are there when the next step begins.
            let has_notebooks = job.get("AutoMLJobArtifacts").is_some();
            assert!(has_notebooks || ["Starting", "AnalyzingData"].contains(&&*state));
            if states.last() != Some(&state) {
                states.push(state);
            }
            job.get("EndTime").map(|_| job.clone())
        })
        .await;
    assert_eq!(
        states,
        [
            "Starting",
            "AnalyzingData",
            "FeatureEngineering",
            "ModelTuning",
            "GeneratingExplainabilityReport",
            "Completed"
        ]
    );
    assert_eq!(job["AutoMLJobStatus"], "Completed", "{job}");
    for notebook in ["DataExploration", "CandidateDefinition"] {
        let location = &job["AutoMLJobArtifacts"][format!("{notebook}NotebookLocation")];
        let location = location.as_str().unwrap();
        let file = format!("/notebooks/SageMakerAutopilot{notebook}Notebook.ipynb");
        assert!(location.ends_with(&file), "{location}");
        assert_eq!(bench.read(location), "{\"nbformat\": 4}\n");
    }
    let best = &job["BestCandidate"];
    assert!(
        best["CandidateName"]
            .as_str()
            .unwrap()
            .starts_with("lab-003-")
    );
    assert_eq!(
        best["FinalAutoMLJobObjectiveMetric"],
        json!({ "Type": "Maximize", "MetricName": "Accuracy", "StandardMetricName": "Accuracy", "Value": 0.7 })
    );
    assert_eq!(
        (&best["ObjectiveStatus"], &best["CandidateStatus"]),
        (&json!("Succeeded"), &json!("Completed"))
    );
    let explained = &best["CandidateProperties"]["CandidateArtifactLocations"];
    let report = |of: &str, file: &str| format!("{}/{file}", explained[of].as_str().unwrap());
    // It is made of that candidate's model.
    let explanation = bench.read(&report("Explainability", "analysis.json"));
    assert!(
        explanation.contains(r#""algorithm":"automl""#),
        "{explanation}"
    );
    assert_eq!(
        bench.read(&report("ModelInsights", "statistics.json")),
        "{}\n"
    );
    let metrics = &best["CandidateProperties"]["CandidateMetrics"];
    assert_eq!(
        metrics[2],
        json!({ "StandardMetricName": "LogLoss", "Value": 0.7, "Set": "Validation" })
    );
    let tags = json!({ "ResourceArn": arn });
    let tags = bench.call("ListTags", &tags).await.unwrap();
    assert_eq!(tags["Tags"], request["Tags"]);
}

#[tokio::test]
async fn a_candidate_names_real_jobs_and_three_containers() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    let job = bench.run(&lab_3(1)).await;
    let best = &job["BestCandidate"];
    let steps = best["CandidateSteps"].as_array().unwrap();
    assert_eq!(steps.len(), 3);
    for step in steps {
        let kind = step["CandidateStepType"].as_str().unwrap();
        let kind = kind.strip_prefix("AWS::SageMaker::").unwrap();
        let name = json!({ format!("{kind}Name"): step["CandidateStepName"] });
        let described = bench.call(&format!("Describe{kind}"), &name).await.unwrap();
        assert_eq!(described[format!("{kind}Arn")], step["CandidateStepArn"]);
        assert_eq!(described["AutoMLJobArn"], job["AutoMLJobArn"], "{kind}");
        assert_eq!(described["RoleArn"], ROLE);
    }
    let containers = best["InferenceContainers"].as_array().unwrap();
    let [features, model, labels] = containers.as_slice() else {
        panic!("{containers:?}");
    };
    assert_eq!(
        features["Environment"],
        json!({ "AUTOML_TRANSFORM_MODE": "feature-transform" })
    );
    assert_eq!(
        bench.read(features["ModelDataUrl"].as_str().unwrap()),
        "features\n"
    );
    assert_eq!(model["Environment"], json!({}));
    let training = json!({ "TrainingJobName": best["CandidateName"] });
    let training = bench.call("DescribeTrainingJob", &training).await.unwrap();
    assert_eq!(
        training["ModelArtifacts"]["S3ModelArtifacts"],
        model["ModelDataUrl"]
    );
    assert_eq!(training["StoppingCondition"]["MaxRuntimeInSeconds"], 1200);
    assert_eq!(
        labels["Environment"],
        json!({
            "AUTOML_TRANSFORM_MODE": "inverse-label-transform",
            "SAGEMAKER_INFERENCE_OUTPUT": "predicted_label",
            "SAGEMAKER_INFERENCE_SUPPORTED": "predicted_label,probability,labels,probabilities",
        })
    );
    // They are the containers of a model.
    let model = json!({ "ModelName": "m", "ExecutionRoleArn": ROLE, "Containers": containers });
    bench.call("CreateModel", &model).await.unwrap();
}

#[tokio::test]
async fn the_analysis_gets_what_the_request_says() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    bench.put_steps("more", "exit 1");
    let mut request = lab_3(1);
    let mut validation = request["InputDataConfig"][0].clone();
    validation["DataSource"]["S3DataSource"]["S3Uri"] = "s3://data/more".into();
    validation["ChannelType"] = "validation".into();
    request["InputDataConfig"]
        .as_array_mut()
        .unwrap()
        .push(validation);
    request["ProblemType"] = "MulticlassClassification".into();
    request["AutoMLJobObjective"] = json!({ "MetricName": "BalancedAccuracy" });
    let specification =
        json!({ "FeatureAttributeNames": ["review, body", "-1", "[a"] }).to_string();
    local_s3::put_bytes(
        &bench.cloud,
        "data",
        "features.json",
        specification.as_bytes(),
    )
    .unwrap();
    request["AutoMLJobConfig"]["CandidateGenerationConfig"] =
        json!({ "FeatureSpecificationS3Uri": "s3://data/features.json" });
    let job = bench.run(&request).await;
    let best = &job["BestCandidate"]["FinalAutoMLJobObjectiveMetric"];
    assert_eq!(
        (&best["MetricName"], &best["Value"]),
        (&json!("BalancedAccuracy"), &json!(0.4))
    );
    let notebooks = job["AutoMLJobArtifacts"]["DataExplorationNotebookLocation"]
        .as_str()
        .unwrap();
    let analysis = notebooks.split("notebooks/").next().unwrap();
    assert_eq!(
        bench.read(&format!("{analysis}analysis/arguments")),
        "automl\nanalyze\n--target=sentiment\n--problem-type=MulticlassClassification\n\
         --objective=BalancedAccuracy\n--features=[\"review, body\",\"-1\",\"[a\"]\n"
    );
}

#[tokio::test]
async fn texts_are_classified_by_their_content_column() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    let request = json!({
        "AutoMLJobName": "texts",
        "AutoMLJobInputDataConfig": [{
            "ChannelType": "training", "ContentType": "text/csv;header=present", "CompressionType": "None",
            "DataSource": { "S3DataSource": { "S3DataType": "S3Prefix", "S3Uri": "s3://data/reviews" } },
        }],
        "AutoMLProblemTypeConfig": { "TextClassificationJobConfig": {
            "ContentColumn": "body, long", "TargetLabelColumn": "-stars", "CompletionCriteria": { "MaxCandidates": 1 },
        } },
        "DataSplitConfig": { "ValidationFraction": 0.25 },
        "OutputDataConfig": { "S3OutputPath": "s3://data/autopilot" },
        "RoleArn": ROLE,
    });
    bench.call("CreateAutoMLJobV2", &request).await.unwrap();
    bench.drive();
    let job = bench.ended("texts").await;
    assert_eq!(job["AutoMLJobStatus"], "Completed", "{job}");
    assert_eq!(job["AutoMLProblemTypeConfigName"], "TextClassification");
    for member in ["AutoMLProblemTypeConfig", "AutoMLJobInputDataConfig"] {
        assert_eq!(job[member], request[member]);
    }
    assert_eq!(
        job["ResolvedAttributes"],
        json!({ "AutoMLJobObjective": { "MetricName": "Accuracy" }, "CompletionCriteria": { "MaxCandidates": 1 } })
    );
    let notebooks = job["AutoMLJobArtifacts"]["DataExplorationNotebookLocation"]
        .as_str()
        .unwrap();
    let analysis = notebooks.split("notebooks/").next().unwrap();
    let arguments = bench.read(&format!("{analysis}analysis/arguments"));
    assert_eq!(
        arguments,
        "automl\nanalyze\n--target=-stars\n--objective=Accuracy\n--features=[\"body, long\"]\n\
         --validation-fraction=0.25\n"
    );
    let name = json!({ "AutoMLJobName": "texts" });
    let refused = bench.call("DescribeAutoMLJob", &name).await.unwrap_err();
    assert!(
        refused
            .message
            .ends_with("DescribeAutoMLJobV2 describes it"),
        "{refused}"
    );
}

/// The analysis takes AWS's default for two labels.
#[tokio::test]
async fn the_objective_of_two_labels_has_the_name_of_what_is_measured() {
    let steps = "problem=BinaryClassification objective=F1
        if [ $step = train ]; then echo 'val_accuracy: 0.9 val_f1: 0.75'; fi";
    let mut bench = Bench::new(steps);
    let job = bench.run(&lab_3(1)).await;
    assert_eq!(job["AutoMLJobStatus"], "Completed", "{job}");
    assert_eq!(
        job["ResolvedAttributes"]["AutoMLJobObjective"],
        json!({ "MetricName": "F1macro" })
    );
    let best = &job["BestCandidate"];
    assert_eq!(
        best["FinalAutoMLJobObjectiveMetric"],
        json!({ "Type": "Maximize", "MetricName": "F1macro", "StandardMetricName": "F1macro", "Value": 0.75 })
    );
    let metrics = best["CandidateProperties"]["CandidateMetrics"].as_array();
    let mut metrics = metrics.unwrap().iter();
    let own = metrics.find(|metric| metric["MetricName"] == "F1macro");
    assert_eq!(own.unwrap()["Value"], 0.75);
}

#[tokio::test]
async fn modes_choose_among_the_candidates() {
    for (mode, algorithms) in [
        (
            "AUTO",
            vec!["ngrams", "fasttext", "automl", "ngrams", "fasttext"],
        ),
        ("ENSEMBLING", vec!["automl"]),
        (
            "HYPERPARAMETER_TUNING",
            vec!["ngrams", "fasttext", "ngrams", "fasttext"],
        ),
    ] {
        let mut bench = Bench::new(THIRD_IS_BEST);
        let mut request = lab_3(250);
        request["AutoMLJobConfig"]["Mode"] = mode.into();
        let job = bench.run(&request).await;
        assert_eq!(job["AutoMLJobStatus"], "Completed", "{job}");
        let candidates = bench.candidates("lab", json!({})).await;
        let mut trained = Vec::new();
        for candidate in &candidates {
            let name = json!({ "TrainingJobName": candidate["CandidateName"] });
            let mut training = bench.call("DescribeTrainingJob", &name).await.unwrap();
            assert_eq!(training["HyperParameters"]["text_column"], "text");
            trained.push(training["HyperParameters"]["algorithm"].take());
        }
        assert_eq!(trained, algorithms, "{mode}");
    }
}

#[tokio::test]
async fn two_automl_jobs_run_at_once_and_share_nothing() {
    let mut bench = Bench::new(THIRD_IS_BEST);
    bench.put_steps(
        "others",
        r#"if [ $step = train ]; then echo "val_accuracy: 0.25"; fi"#,
    );
    let mut other = lab_3(2);
    other["AutoMLJobName"] = "her".into();
    other["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] = "s3://data/others".into();
    bench.create(&other).await.unwrap();
    bench.run(&lab_3(2)).await;
    bench.ended("her").await;
    let lab = bench.candidates("lab", Value::Null).await;
    assert_eq!(
        scores(&lab),
        [("lab-001", Some(0.5)), ("lab-002", Some(0.6))]
    );
    let her = bench.candidates("her", Value::Null).await;
    assert_eq!(
        scores(&her),
        [("her-001", Some(0.25)), ("her-002", Some(0.25))]
    );
}
