//! shift-traffic: comparisons whose stack or whose package changes under them.

use contracts::keys;
use rollout::{End, Rollout, Strategy};
use shift_traffic::{Deps, Outcome};

use super::rollout::{config, deps, end, labels, look, pair, record, scored};
use super::setup::Setup;

#[tokio::test]
async fn a_rollout_that_is_switched_off_ends_and_is_begun_again_where_it_is_switched_on() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    pair(&setup).await;
    labels(&setup, "a", 60, &[]).await;
    scored(&setup, &deps).await;
    let mut off = config(&setup);
    off.strategy = None;
    let off = Deps::new(&setup.of("shift-traffic"), off);
    assert_eq!(look(&off).await, Outcome::Off);
    let ended = record(&setup).await;
    assert!(matches!(ended.end(), Some((End::SwitchedOff, _))));
    // Who follows it finds it, also once the next one has begun.
    let kept = keys::broken_off_rollout(&ended.id, ended.started_at);
    let kept: Rollout = setup.read(&kept).await.unwrap();
    assert_eq!(kept, ended);
    assert_eq!(look(&off).await, Outcome::Off);

    let comparing = scored(&setup, &deps).await;
    assert!(
        matches!(comparing, Outcome::Comparing { challenger: 2, .. }),
        "{comparing:?}"
    );
    // Its batch and its scores are there.
    let rollout = record(&setup).await;
    assert_eq!((rollout.batches, rollout.trial.evidence().rows()), (1, 60));
}

#[tokio::test]
async fn a_decision_about_a_package_that_is_gone_holds_up_nothing() {
    let setup = Setup::new().await;
    let deps = deps(&setup);
    let (_, challenger) = pair(&setup).await;
    look(&deps).await;
    let begun = record(&setup).await;
    // As a kept bucket has it: of a package of an earlier group, whose ARN is another package's now.
    let mut earlier = begun.clone();
    earlier.challenger.created -= 100_000;
    earlier.id = rollout::id(earlier.champion.named(), earlier.challenger.named());
    let decided: Rollout = earlier.decided(End::Promoted, "better".to_owned());
    let json = serde_json::to_vec(&decided).unwrap();
    setup.put(keys::ROLLOUT, json).await;
    let outcome = look(&deps).await;
    let Outcome::Comparing { challenger: 2, .. } = outcome else {
        panic!("{:?}", end(&outcome))
    };
    assert_eq!(record(&setup).await.id, begun.id);
    assert_eq!(record(&setup).await.strategy, Strategy::Shadow);
    let (status, _) = setup.approval(&challenger).await;
    assert_eq!(status.as_str(), "PendingManualApproval");
}
