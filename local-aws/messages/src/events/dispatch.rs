//! From the outbox to the targets.

use super::delivery::{Parcel, deliver};
use super::pattern::Pattern;
use super::rule::{Rule, RuleState};
use local_core::journal::Delivery;
use local_core::store::{PendingEvent, Tx};
use local_core::{ACCOUNT, Cloud};

/// One transaction holds the store's only writer: long enough to be worth a sync, short enough
/// that requests do not wait.
const BATCH: u32 = 32;

/// Delivers the oldest events.
pub(super) fn step(cloud: &Cloud) {
    if cloud.store.read(|tx| !tx.has_pending_events()) {
        return;
    }
    let delivered = cloud.store.update(|tx| {
        let rules = enabled(tx);
        let mut delivered_to = Vec::new();
        for pending in tx.take_events(BATCH) {
            delivered_to.extend(dispatch(cloud, tx, &rules, &pending));
        }
        delivered_to
    });
    for delivered_to in delivered {
        cloud.journal.push(&delivered_to);
    }
}

/// Every enabled rule with a pattern, and its region. Read with each batch: a rule that was just
/// put or removed counts from its own commit on.
fn enabled(tx: &Tx) -> Vec<(String, Rule, Pattern)> {
    let rules = Rule::list_everywhere(tx).into_iter();
    rules
        .filter(|(_, _, rule)| rule.state == RuleState::Enabled)
        .map(|(region, _, rule)| {
            let pattern =
                Pattern::parse(&rule.event_pattern).expect("PutRule accepted the pattern");
            (region, rule, pattern)
        })
        .collect()
}

fn dispatch(
    cloud: &Cloud,
    tx: &Tx,
    rules: &[(String, Rule, Pattern)],
    pending: &PendingEvent,
) -> Vec<Delivery> {
    let event = &pending.event;
    let envelope = event.envelope(&cloud.world.uuid(), ACCOUNT).to_string();
    let matching = rules
        .iter()
        .filter(|(region, _, pattern)| *region == event.region && pattern.matches(&envelope));
    let mut delivered_to = Vec::new();
    for (_, rule, _) in matching {
        let parcel = Parcel {
            rule_arn: &rule.arn,
            time: event.time,
            event: &envelope,
        };
        for target in &rule.targets {
            let Some(function) = deliver(cloud, tx, target, &parcel) else {
                continue;
            };
            delivered_to.push(Delivery {
                time: cloud.world.now(),
                source: event.source.clone(),
                detail_type: event.detail_type.clone(),
                function,
            });
        }
    }
    delivered_to
}
