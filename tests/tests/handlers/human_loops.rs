//! collect-labels, where no answer came, and the day's cap.

use aws_sdk_sagemaker::types::FlowDefinitionStatus;
use collect_labels::Outcome;
use contracts::dataset::Origin;
use contracts::keys;
use contracts::prediction::Review;
use contracts::review::{HumanLoopInput, HumanLoopRecord};
use loop_state::Reviewers;
use policy::review::Caps;
use policy::text::row_hash;
use time::OffsetDateTime;

use super::reconcile;
use super::review::{People, SAMPLE_LOOP, predict, serve};
use super::setup::{FLOW_DEFINITION, REGION, event};

#[tokio::test]
async fn an_unanswered_loop_is_asked_again_and_then_given_up() {
    let people = People::new().await;
    serve(&people.setup).await;
    let asked = predict(&people.predictor(0.0, 9), &["unsure"]).await;
    let Review::Started { human_loop: first } = asked.predictions[0].review.clone() else {
        panic!("{asked:?}")
    };
    assert_eq!(people.collect(&first).await, Outcome::StillOpen);
    people.expire();
    let again = people.collect(&first).await;
    let Outcome::AskedAgain { human_loop: second } = again else {
        panic!("{again:?}")
    };
    // The first loop's event comes once more, after the second is open.
    assert_eq!(people.collect(&first).await, Outcome::Superseded);
    people.expire();
    for _ in 0..2 {
        let stuck = people.collect(&second).await;
        assert!(matches!(stuck, Outcome::Stuck { .. }), "{stuck:?}");
    }
    let foreign = event(
        "human-loop-completed",
        &[("reviewloop-review", "somebody-elses")],
    );
    let foreign = collect_labels::handle(&people.collector(), foreign)
        .await
        .unwrap();
    assert_eq!(foreign, Outcome::NotOurs);
}

#[tokio::test]
async fn a_record_without_its_loop_is_repaired() {
    let people = People::new().await;
    let input = HumanLoopInput {
        context: [].into(),
        task_object: "unsure".into(),
        initial_value: "1".into(),
        labels: ["-1", "0", "1"].map(str::to_owned).into(),
        origin: Origin::Uncertain,
        text_hash: row_hash("unsure"),
    };
    let name = policy::naming::human_loop(&input.text_hash, &people.reviewers, 1);
    let record = HumanLoopRecord {
        human_loop: name.clone(),
        input,
        predicted: "1".into(),
        probabilities: [].into(),
        inclusion_probability: None,
        attempts: 1,
        answers: Vec::new(),
        repairs: 0,
        asked_at: OffsetDateTime::UNIX_EPOCH,
        stopped: false,
        postponed: false,
        stuck: None,
    };
    let key = keys::human_loop(&row_hash("unsure"));
    people
        .setup
        .put(&key, serde_json::to_vec(&record).unwrap())
        .await;
    let repaired = people.collect(&name).await;
    assert!(
        matches!(repaired, Outcome::AskedAgain { .. }),
        "{repaired:?}"
    );
    assert_eq!(people.collect(&name).await, Outcome::StillOpen);
    // Deleted at once, it is not started again at once.
    people.forget(&name).await;
    assert_eq!(people.collect(&name).await, Outcome::NotYetStarted);
    assert_eq!(people.collect("unknown").await, Outcome::Superseded);

    // One that never comes to be is given up.
    let hopeless = HumanLoopRecord {
        repairs: 2,
        asked_at: OffsetDateTime::UNIX_EPOCH,
        ..people.setup.read(&key).await.unwrap()
    };
    people
        .setup
        .put(&key, serde_json::to_vec(&hopeless).unwrap())
        .await;
    assert!(matches!(people.collect(&name).await, Outcome::Stuck { .. }));
}

#[tokio::test]
async fn a_stopped_loop_stays_stopped() {
    let people = People::new().await;
    serve(&people.setup).await;
    let asked = predict(&people.predictor(0.0, 9), &["unsure"]).await;
    let Review::Started { human_loop } = asked.predictions[0].review.clone() else {
        panic!("{asked:?}")
    };
    people.stop(&human_loop).await;
    for _ in 0..2 {
        assert_eq!(people.collect(&human_loop).await, Outcome::Stopped);
    }
}

#[tokio::test]
async fn a_loop_that_an_update_of_the_flow_definition_stopped_is_asked_again_within_the_bound() {
    let people = People::new().await;
    serve(&people.setup).await;
    let asked = predict(&people.predictor(0.0, 9), &["unsure"]).await;
    let Review::Started { human_loop: first } = asked.predictions[0].review.clone() else {
        panic!("{asked:?}")
    };
    people.stop(&first).await;
    let updated = another_flow_definition(&people).await;
    let collect = async |human_loop: &str| {
        let mut collector = people.collector();
        let reviewers = Reviewers::new(
            &people.setup.of("collect-labels"),
            &collector.bucket,
            &updated,
        );
        collector.reviewers = Some(reviewers);
        let wake = event("human-loop-completed", &[(SAMPLE_LOOP, human_loop)]);
        collect_labels::handle(&collector, wake).await.unwrap()
    };
    let again = collect(&first).await;
    let Outcome::AskedAgain { human_loop: second } = again else {
        panic!("{again:?}")
    };
    let describe = people.a2i.describe_human_loop().human_loop_name(&second);
    let described = describe.send().await.unwrap();
    assert_eq!(described.flow_definition_arn.unwrap(), updated);
    assert_eq!(collect(&first).await, Outcome::Superseded);
    // The next update stops that one too: two attempts are the most here.
    people.stop(&second).await;
    for _ in 0..2 {
        let end = people.collect(&second).await;
        let Outcome::Stuck { reason } = end else {
            panic!("{end:?}")
        };
        assert!(reason.contains("with its reviewers"), "{reason}");
    }
}

/// A second flow definition, which only its content's hash tells from the first.
async fn another_flow_definition(people: &People) -> String {
    let sagemaker = &people.setup.sagemaker;
    let describe = sagemaker.describe_flow_definition();
    let first = describe.flow_definition_name(FLOW_DEFINITION);
    let first = first.send().await.unwrap();
    let create = sagemaker.create_flow_definition();
    let created = create
        .flow_definition_name(FLOW_DEFINITION.replace("aaaa", "dddd"))
        .set_human_loop_config(first.human_loop_config)
        .set_output_config(first.output_config)
        .set_role_arn(first.role_arn)
        .send()
        .await;
    let arn = created.unwrap().flow_definition_arn.unwrap();
    let name = arn.rsplit('/').next().unwrap();
    // It becomes active with time, not with a change of the store.
    loop {
        let describe = sagemaker.describe_flow_definition();
        let found = describe.flow_definition_name(name).send().await.unwrap();
        if found.flow_definition_status == Some(FlowDefinitionStatus::Active) {
            break arn;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_days_cap_holds_for_batches_at_once_and_for_what_is_asked_again() {
    let people = People::new().await;
    serve(&people.setup).await;
    let deps = people.predictor(0.0, 9);
    let texts: Vec<Vec<String>> = (0..4)
        .map(|batch| (0..4).map(|n| format!("unsure {batch} {n}")).collect())
        .collect();
    let texts: Vec<Vec<&str>> = texts
        .iter()
        .map(|batch| batch.iter().map(String::as_str).collect())
        .collect();
    let (a, b, c, d) = tokio::join!(
        predict(&deps, &texts[0]),
        predict(&deps, &texts[1]),
        predict(&deps, &texts[2]),
        predict(&deps, &texts[3]),
    );
    let reviews = [a, b, c, d]
        .into_iter()
        .flat_map(|answer| answer.predictions);
    let (started, over): (Vec<Review>, Vec<Review>) = reviews
        .map(|prediction| prediction.review)
        .partition(|review| matches!(review, Review::Started { .. }));
    assert_eq!((started.len(), over.len()), (9, 7));
    assert!(over.iter().all(|review| *review == Review::OverBudget));

    people.expire();
    let Some(Review::Started { human_loop }) = started.first() else {
        unreachable!()
    };
    assert_eq!(people.collect(human_loop).await, Outcome::EnoughToday);
}

#[tokio::test]
pub async fn an_audit_that_is_asked_again_leaves_the_days_share_whole() {
    let people = People::new().await;
    serve(&people.setup).await;
    let asked = predict(&people.predictor(1.0, 9), &["plain"]).await;
    let Review::Started { human_loop } = asked.predictions[0].review.clone() else {
        panic!("{asked:?}")
    };
    people.expire();
    let mut collector = people.collector();
    collector.config.caps = Caps::new(8, 0.5, 0.02).unwrap();
    let wake = event("human-loop-completed", &[(SAMPLE_LOOP, &human_loop)]);
    let again = collect_labels::handle(&collector, wake).await.unwrap();
    assert!(matches!(again, Outcome::AskedAgain { .. }), "{again:?}");
    let now = OffsetDateTime::now_utc();
    let today = loop_state::human_loops::today(&people.setup.bucket, now);
    let today = today.await.unwrap();
    // The one that was drawn; the other takes a place of the doubtful texts.
    assert_eq!((today.asked, today.audited), (2, 1));
}

#[tokio::test]
pub async fn a_loop_without_agreement_is_sent_once_more_only_while_the_cap_has_room() {
    let people = People::new().await;
    serve(&people.setup).await;
    let asked = predict(&people.predictor(0.0, 9), &["unsure"]).await;
    let Review::Started { human_loop } = asked.predictions[0].review.clone() else {
        panic!("{asked:?}")
    };
    // Nothing else is due.
    reconcile::pipeline(&people.setup).await;
    let model = people.setup.newest().await;
    people.setup.reject(&model).await;
    let answer = serde_json::json!({"sentiment": {"label": "no label of ours"}});
    local_aws::a2i::answer(&people.setup.aws.cloud, REGION, &human_loop, &answer).unwrap();
    let mut reconciler = people.reconciler();
    reconciler.config.caps = Caps::new(1, 0.0, 0.0).unwrap();
    // Nobody has looked at the answers yet: they may be a label.
    assert!(sent(&reconciler).await.contains("collect-labels"));
    let mut collector = people.collector();
    collector.config.caps = reconciler.config.caps;
    for _ in 0..2 {
        let wake = event("human-loop-completed", &[(SAMPLE_LOOP, &human_loop)]);
        let outcome = collect_labels::handle(&collector, wake).await.unwrap();
        assert_eq!(outcome, Outcome::EnoughToday);
        assert_eq!(sent(&reconciler).await, "");
    }
    reconciler.config.caps = Caps::new(2, 0.0, 0.0).unwrap();
    assert!(sent(&reconciler).await.contains("collect-labels"));
}

/// The functions are not there, so the first one that reconcile calls is named by the error.
pub async fn sent(deps: &::reconcile::Deps) -> String {
    let wake = event("scheduled-reconcile", &[]);
    match ::reconcile::handle(deps, wake).await {
        Ok(_) => String::new(),
        Err(error) => format!("{error:#}"),
    }
}
