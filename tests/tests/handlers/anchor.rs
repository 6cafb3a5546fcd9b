//! start-pipeline: the anchor that an execution's model is compared with.

use aws_sdk_sagemaker::types::PipelineExecutionStatus as Status;
use contracts::dataset::DatasetManifest;
use contracts::evaluation::Evaluation;
use contracts::run::Run;
use contracts::verdict::Decision;
use contracts::{keys, pipeline};
use policy::gate::ApprovalMode;

use super::gate::judge;
use super::manifests::version;
use super::pipeline::{EMPTY, ended, start, with_pipeline};
use super::setup::DATASET;

#[tokio::test]
async fn an_execution_gets_the_anchor_and_its_model_once_it_is_not_the_champion() {
    let setup = with_pipeline(EMPTY).await;
    version(&setup, 1).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    let given = async |name: &str| {
        let run: Run = setup.read(keys::RUN).await.unwrap();
        run.parameters[name].clone()
    };
    assert_eq!(given(pipeline::ANCHOR_MODEL_PACKAGE).await, pipeline::NONE);

    let manifest: DatasetManifest = setup.read(&keys::version(DATASET, 1)).await.unwrap();
    let lineage = policy::dataset::lineage(&manifest);
    let evaluated = |champion: Option<(&str, f64, f64)>, anchor: Option<&str>| {
        let evaluation = super::gate::evaluation(140, champion);
        let mut evaluation: Evaluation = serde_json::from_slice(&evaluation).unwrap();
        evaluation.lineage = lineage.clone();
        evaluation.anchor_model_package_arn = anchor.map(str::to_owned);
        serde_json::to_vec(&evaluation).unwrap()
    };
    let first = setup.register(&evaluated(None, None), false).await;
    setup.approve(&first).await;
    version(&setup, 2).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    assert_eq!(given(pipeline::ANCHOR_MODEL_PACKAGE).await, first);
    let none = keys::s3_uri(&setup.bucket.name, keys::NO_CHAMPION);
    assert_eq!(given(pipeline::ANCHOR_MODEL).await, none);

    let second = evaluated(Some((&first, -0.01, 0.005)), Some(&first));
    let second = setup.register(&second, false).await;
    setup.approve(&second).await;
    version(&setup, 3).await;
    for _ in 0..2 {
        start(&setup).await;
    }
    ended(&setup, Status::Succeeded).await;
    assert_eq!(given(pipeline::CHAMPION_MODEL_PACKAGE).await, second);
    assert_eq!(given(pipeline::ANCHOR_MODEL_PACKAGE).await, first);
    assert!(
        given(pipeline::ANCHOR_MODEL)
            .await
            .ends_with("/model.tar.gz")
    );

    // The champion's evaluation is damaged: the anchor is the one that it was compared with.
    let third = evaluated(Some((&second, 0.01, 0.05)), Some(&first));
    let third = setup.register(&third, false).await;
    setup.put("executions/1/evaluation.json", "{").await;
    let (decision, _) = judge(&setup, ApprovalMode::Automatic, &third).await;
    assert_eq!(decision, Decision::Inconclusive);
    let (_, description) = setup.approval(&third).await;
    let reason = "the anchor is not known, because the champion's evaluation cannot be read";
    assert!(description.contains(reason), "{description}");
    version(&setup, 4).await;
    start(&setup).await;
    ended(&setup, Status::Succeeded).await;
    assert_eq!(given(pipeline::CHAMPION_MODEL_PACKAGE).await, second);
    assert_eq!(given(pipeline::ANCHOR_MODEL_PACKAGE).await, first);
}
