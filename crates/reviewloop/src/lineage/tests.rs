//! Two turns of the loop: an upload, its model, the labels given while it served, and the model made of both.

use contracts::approval::{Approvals, Choice, Decided, Vote};
use contracts::dataset::Part;
use contracts::deployment::Deployment;
use contracts::moment::Moment;
use contracts::verdict::Decision;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;

use super::facts::{Facts, Registered};
use super::{Kind, graph, write};
use crate::evidence::{Execution, Step, Traced};
use crate::fixture;

const PACKAGE: &str = "arn:aws:sagemaker:eu-central-1:1:model-package/p";

fn part(id: &str, source: &str, at: &str, labels: &[&str]) -> Part {
    Part {
        id: id.to_owned(),
        rows: 10,
        quarantined: 0,
        source_key: source.to_owned(),
        schema: None,
        source_etag: String::new(),
        uploaded_at: at.to_owned(),
        labels: labels.iter().map(|hash| (*hash).to_owned()).collect(),
    }
}

fn traced(turn: u32) -> Traced {
    let step = |name: &str, job: Option<&str>, package: Option<String>| Step {
        name: name.to_owned(),
        status: "Succeeded".to_owned(),
        ended: true,
        seconds: 1.0,
        failure_reason: None,
        cached_from: None,
        training_job: None,
        job_arn: job.map(|job| format!("arn:aws:sagemaker:eu-central-1:1:{job}")),
        model_package_arn: package,
    };
    Traced {
        execution: Execution {
            arn: format!("arn:aws:sagemaker:eu-central-1:1:pipeline/p/execution/e{turn}"),
            status: "Succeeded".to_owned(),
        },
        started: Some(datetime!(2026-11-28 10:00 UTC)),
        manifest_uri: Some(format!(
            "s3://bucket/datasets/reviews/versions/0000000{turn}.json"
        )),
        steps: vec![
            step(
                "TrainModel",
                Some(&format!("training-job/train-{turn}")),
                None,
            ),
            step("RegisterModel", None, Some(format!("{PACKAGE}/{turn}"))),
        ],
    }
}

fn registered(turn: i32) -> Registered {
    let mut model = fixture::model(Decision::Approved);
    model.version = turn;
    model.arn = format!("{PACKAGE}/{turn}");
    model.approval = "Approved".to_owned();
    model.model_data_url = Some(format!(
        "s3://bucket/executions/e{turn}/model/train-{turn}/output/model.tar.gz"
    ));
    Registered {
        model,
        approvals: Approvals {
            votes: vec![Vote {
                approver: "w1".to_owned(),
                username: "ana@example.com".to_owned(),
                choice: Choice::Approve,
                reason: "good".to_owned(),
                at: Moment(1_795_860_000_000),
            }],
            decided: Some(Decided {
                choice: Choice::Approve,
                at: Moment(1_795_860_000_000),
                description: "good".to_owned(),
            }),
        },
    }
}

fn facts() -> Facts {
    let uploaded = part("a1", "incoming/reviews.csv", "2026-11-28T09:58:00Z", &[]);
    let labelled = part(
        "b2",
        "incoming/human-labels/b2.jsonl",
        "2026-11-28T10:30:00Z",
        &["t1", "t2"],
    );
    let version = |number: u32, parts: Vec<Part>| {
        let mut manifest = fixture::manifest();
        manifest.dataset = "reviews".to_owned();
        manifest.number = number;
        manifest.created_at = datetime!(2026-11-28 09:59 UTC);
        manifest.parts = parts;
        manifest
    };
    let deployment = |turn: u32, at: &str| Deployment {
        endpoint_config: format!("config-{turn}"),
        model_package_arn: format!("{PACKAGE}/{turn}"),
        asked_at: OffsetDateTime::parse(at, &Rfc3339).ok(),
        confirmed: true,
        ..Deployment::default()
    };
    Facts {
        versions: vec![
            version(1, vec![uploaded.clone()]),
            version(2, vec![uploaded, labelled]),
        ],
        executions: vec![traced(1), traced(2)],
        models: vec![registered(1), registered(2)],
        deployments: vec![
            deployment(2, "2026-11-28T11:00:00Z"),
            deployment(1, "2026-11-28T10:10:00Z"),
        ],
        labels: [
            ("t1".to_owned(), datetime!(2026-11-28 10:20 UTC)),
            ("t2".to_owned(), datetime!(2026-11-28 10:21 UTC)),
            ("t3".to_owned(), datetime!(2026-11-28 11:05 UTC)),
        ]
        .into(),
    }
}

#[test]
fn a_model_version_is_traced_back_to_the_upload_and_to_the_model_that_the_labels_corrected() {
    let graph = graph(&facts());
    let mut models = graph.of_kind(Kind::ModelVersion);
    let second = models.nth(1).expect("two versions");
    let expected = "\
model version 2  Approved, by ana@example.com on 2026-11-28 at 10:00, 2026-11-28 10:05
<- execution e2  Succeeded, 2026-11-28 10:00
   <- dataset reviews version 2  20 rows, 0 in quarantine, 2026-11-28 09:59
      <- part a1  10 rows
         <- upload incoming/reviews.csv  2026-11-28 09:58
      <- part b2  10 rows
         <- upload incoming/human-labels/b2.jsonl  2026-11-28 10:30
            <- reviewers gave 2 labels
               <- endpoint config config-1  was in service, 2026-11-28 10:10
                  <- model version 1  Approved, by ana@example.com on 2026-11-28 at 10:00, 2026-11-28 10:05
<- model file s3://bucket/executions/e2/model/train-2/output/model.tar.gz
   <- job train-2  TrainModel, Succeeded
-> endpoint config config-2  was in service, 2026-11-28 11:00
   -> reviewers gave 1 label  in no dataset version yet
";
    assert_eq!(write(&graph, &[second]), expected);
}

#[test]
fn every_dataset_version_is_told_with_what_came_of_it() {
    let graph = graph(&facts());
    let first = graph.of_kind(Kind::DatasetVersion).next();
    let expected = "\
dataset reviews version 1  10 rows, 0 in quarantine, 2026-11-28 09:59
<- part a1  10 rows
   <- upload incoming/reviews.csv  2026-11-28 09:58
-> execution e1  Succeeded, 2026-11-28 10:00
   -> job train-1  TrainModel, Succeeded
      -> model file s3://bucket/executions/e1/model/train-1/output/model.tar.gz
         -> model version 1  Approved, by ana@example.com on 2026-11-28 at 10:00, 2026-11-28 10:05
            -> endpoint config config-1  was in service, 2026-11-28 10:10
               -> reviewers gave 2 labels
                  -> upload incoming/human-labels/b2.jsonl  2026-11-28 10:30
                     -> part b2  10 rows
                        -> dataset reviews version 2  20 rows, 0 in quarantine, 2026-11-28 09:59
";
    assert_eq!(write(&graph, &[first.expect("two versions")]), expected);
}

#[test]
fn a_label_that_no_dataset_version_holds_is_told_as_such() {
    let graph = graph(&facts());
    let labels: Vec<&str> = graph
        .of_kind(Kind::Labels)
        .map(|place| graph.nodes[place].detail.as_str())
        .collect();
    assert_eq!(labels, ["", "in no dataset version yet"]);
}
