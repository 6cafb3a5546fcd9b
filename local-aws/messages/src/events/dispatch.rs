//! From the outbox to the targets.

use std::sync::Arc;

use super::delivery::{Delivery, WAITING};
use super::parsed_patterns::ParsedPatterns;
use super::pattern::Pattern;
use super::rule::{Rule, RuleState};
use local_core::driver::{Busy, Look, Work};
use local_core::journal;
use local_core::store::{PendingEvent, Tx};
use local_core::{ACCOUNT, Cloud, due};

/// One transaction holds the store's only writer: long enough to be worth a sync, short enough
/// that requests do not wait.
const BATCH: u32 = 32;

/// What is to be delivered now, as two works: the events of the outbox, and the deliveries that waited and are
/// due. A look reads their names alone.
pub(super) fn look(cloud: &Arc<Cloud>, _: &Busy) -> Look {
    let now = cloud.world.now();
    let limit = usize::try_from(BATCH).unwrap_or(usize::MAX);
    let (pending, names) = cloud
        .store
        .read(|tx| (tx.has_pending_events(), WAITING.first_names(tx, "", limit)));
    let due_at = |name: &String| due::read(name).map_or(now, |(due_at, _)| due_at);
    let due = names.partition_point(|name| due_at(name) <= now);
    let again = names.get(due).map(due_at);
    let mut work = Vec::new();
    if pending {
        let cloud = cloud.clone();
        work.push(Work {
            key: "outbox".to_owned(),
            run: Box::pin(async move { send_events(&cloud) }),
        });
    }
    if due > 0 {
        let cloud = cloud.clone();
        work.push(Work {
            key: "waiting".to_owned(),
            run: Box::pin(async move { send_waiting(&cloud, &names[..due]) }),
        });
    }
    Look { work, again }
}

/// Takes the oldest events out and sends each to every target of the rules that match it.
fn send_events(cloud: &Cloud) {
    let delivered = cloud.store.update(|tx| {
        let rules = enabled(cloud, tx);
        let mut delivered = Vec::new();
        for pending in tx.take_events(BATCH) {
            delivered.extend(send(cloud, tx, &rules, &pending));
        }
        delivered
    });
    for delivery in &delivered {
        cloud.journal.push(delivery);
    }
}

/// Delivers what waited and is due.
fn send_waiting(cloud: &Cloud, names: &[String]) {
    let delivered: Vec<_> = cloud.store.update(|tx| {
        let deliveries = WAITING.take(tx, "", names).into_iter();
        deliveries
            .filter_map(|delivery| delivery.deliver(cloud, tx))
            .collect()
    });
    for delivery in &delivered {
        cloud.journal.push(delivery);
    }
}

type Enabled = (String, Rule, Arc<Pattern>);

/// Every enabled rule with its region and pattern. Read with each batch: a rule that was just put
/// or removed counts from its own commit on.
fn enabled(cloud: &Cloud, tx: &Tx) -> Vec<Enabled> {
    let rules = Rule::list_everywhere(tx).into_iter();
    let (regions, rules): (Vec<String>, Vec<Rule>) = rules
        .filter(|(_, _, rule)| rule.state == RuleState::Enabled)
        .map(|(region, _, rule)| (region, rule))
        .unzip();
    let patterns = cloud.memory::<ParsedPatterns>().of(&rules);
    let rules = regions.into_iter().zip(rules).zip(patterns);
    rules
        .filter_map(|((region, rule), pattern)| Some((region, rule, pattern?)))
        .collect()
}

fn send(
    cloud: &Cloud,
    tx: &Tx,
    rules: &[Enabled],
    pending: &PendingEvent,
) -> Vec<journal::Delivery> {
    let event = &pending.event;
    let (id, accepted_at) = match &pending.accepted {
        Some(accepted) => (accepted.id.clone(), accepted.at),
        None => (cloud.world.dice("events/event-id").uuid(), event.time),
    };
    let envelope = event.envelope(&id, ACCOUNT).to_string();
    let matching = rules
        .iter()
        .filter(|(region, _, pattern)| *region == event.region && pattern.matches(&envelope));
    let mut delivered = Vec::new();
    for (_, rule, _) in matching {
        for target in &rule.targets {
            let delivery = Delivery {
                rule_arn: rule.arn.clone(),
                target: target.clone(),
                source: event.source.clone(),
                detail_type: event.detail_type.clone(),
                accepted_at,
                event: envelope.clone(),
                retries: 0,
            };
            let occasion = format!("{}/{}/{}", pending.sequence, rule.arn, target.id);
            delivered.extend(delivery.send(cloud, tx, &occasion));
        }
    }
    delivered
}
