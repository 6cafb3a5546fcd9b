//! predict, record-feedback and shift-traffic: a challenger whose share follows from rewards.

use aws_sdk_sagemaker::types::ModelApprovalStatus as Status;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::inference::Inference;
use contracts::keys;
use rollout::assignment::Shares;
use rollout::{End, Slot};
use serde_json::json;
use shift_traffic::{Deps, Outcome};

use super::deployment::settled;
use super::feedback::{capturing, recorder, told};
use super::review::{People, predict};
use super::rollout::{end, later, look, record};
use super::rollout_variants::{beside, converge, fine_requests, shifter, slots, variants, waits};

/// The challenger at its first share, noted, and known to be fine.
async fn begun(people: &People) -> (Deps, predict::Deps, String) {
    let setup = &people.setup;
    let deps = shifter(setup, "bandit");
    let (_, challenger) = beside(setup, &deps).await;
    waits(&look(&deps).await, "shifts to 5 %");
    settled(setup).await;
    look(&deps).await;
    fine_requests(setup).await;
    let mut predictor = capturing(people);
    predictor.config.shares = Some(Shares::ByRequest);
    (deps, predictor, challenger)
}

/// So many requests, each with a reward if its slot gets one.
async fn rewarded(people: &People, deps: &predict::Deps, requests: usize, slot: Slot) {
    let recorder = recorder(&people.setup);
    let rewarded = match slot {
        Slot::Champion => CHAMPION_VARIANT,
        Slot::Challenger => CHALLENGER_VARIANT,
    };
    for _ in 0..requests {
        let answer = predict(deps, &["fine"]).await;
        let reward = u8::from(answer.variant.as_deref() == Some(rewarded));
        let id = answer.inference_id.expect("captured");
        told(&recorder, json!({"inference_id": id, "reward": reward})).await;
    }
}

#[tokio::test]
pub async fn a_challenger_that_earns_more_rewards_is_promoted() {
    let people = People::new().await;
    let setup = &people.setup;
    let (deps, predictor, challenger) = begun(&people).await;
    waits(&look(&deps).await, "more rewards are needed");

    let first = predict(&predictor, &["fine"]).await;
    let id = first.inference_id.unwrap();
    let kept: Inference = setup.read(&keys::inference(&id)).await.unwrap();
    let draw = kept.draw.expect("drawn for this request");
    assert!((draw.challenger_share - 0.05).abs() < 1e-6, "{draw:?}");
    assert_eq!(draw.rollout, record(setup).await.id);

    rewarded(&people, &predictor, 60, Slot::Challenger).await;
    look(&deps).await;
    let counted = record(setup).await;
    assert_eq!(counted.rewards.unwrap().requests(), 60);
    assert_eq!(counted.looks.len(), 1);
    // The same rewards again are no evidence.
    look(&deps).await;
    assert_eq!(record(setup).await.looks.len(), 1);

    rewarded(&people, &predictor, 500, Slot::Challenger).await;
    let outcome = look(&deps).await;
    let (ended, reason) = end(&outcome);
    assert_eq!(ended, End::Promoted, "{reason}");
    assert!(reason.contains("560 requests with a reward"), "{reason}");
    assert_eq!(setup.approval(&challenger).await.0, Status::Approved);
    converge(setup).await;
    assert_eq!(variants(setup).await.len(), 1);
}

#[tokio::test]
async fn the_share_follows_the_rewards() {
    let people = People::new().await;
    let setup = &people.setup;
    let (deps, predictor, _) = begun(&people).await;
    rewarded(&people, &predictor, 100, Slot::Challenger).await;
    let deps = Deps {
        clock: later(setup, 1),
        ..deps
    };
    waits(&look(&deps).await, "shifts to 95 %");
    settled(setup).await;
    waits(&look(&deps).await, "answers 95 % of the requests");
    assert_eq!(variants(setup).await, slots(0.05, 0.95));
}

#[tokio::test]
async fn a_late_reward_changes_nothing_that_is_decided() {
    let people = People::new().await;
    let setup = &people.setup;
    let (deps, predictor, challenger) = begun(&people).await;
    let answer = predict(&predictor, &["fine"]).await;
    setup.reject(&challenger).await;
    look(&deps).await;
    settled(setup).await;
    assert!(matches!(
        look(&deps).await,
        Outcome::Ended { .. } | Outcome::Idle
    ));
    let ended = record(setup).await;
    let request = json!({"inference_id": answer.inference_id, "reward": 1});
    told(&recorder(setup), request).await;
    look(&deps).await;
    assert_eq!(record(setup).await, ended);
}
