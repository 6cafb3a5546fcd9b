//! The documents of human loops, and two orders of their names: by expiry and by creation.
//!
//! A search for due loops, or for a page of a list, reads names in order and the documents of the
//! loops that it finds, however many others there are.

use serde_json::Value;
use time::OffsetDateTime;

use super::human_loop::HumanLoop;
use local_core::Cloud;
use local_core::store::{Table, Tx};

const ACTIVE: Table<HumanLoop> = Table::new("a2i/active-human-loop");
const ENDED: Table<HumanLoop> = Table::new("a2i/ended-human-loop");
const INPUT: Table<Value> = Table::new("a2i/input-content");
/// Of active loops: `EXPIRES REGION NAME`.
const DUE: Table<()> = Table::new("a2i/due-human-loop");
/// Of all loops, the scope is the flow definition's ARN: `CREATED NAME`.
const CREATED: Table<()> = Table::new("a2i/human-loop-of-flow-definition");

/// Changes with each loop that starts or ends, and with no answer in between.
pub const DUE_KIND: &str = DUE.kind();

/// A loop's place among those of its flow definition.
pub struct Created {
    pub time: OffsetDateTime,
    pub name: String,
    /// The key in the order of creation: a page's token is made of it.
    pub key: String,
}

/// Keeps a loop that starts, in the place of one of its name that has ended.
pub fn start(tx: &Tx, region: &str, human_loop: &HumanLoop, input: &Value) {
    if let Some(ended) = find(tx, region, &human_loop.name) {
        delete(tx, region, &ended);
    }
    INPUT.put(tx, region, &human_loop.name, input);
    ACTIVE.put(tx, region, &human_loop.name, human_loop);
    DUE.put(tx, "", &due_key(region, human_loop), &());
    let flow = &human_loop.flow_definition_arn;
    CREATED.put(tx, flow, &created_key(human_loop), &());
}

/// Stores a changed active loop.
pub fn update(tx: &Tx, region: &str, human_loop: &HumanLoop) {
    ACTIVE.put(tx, region, &human_loop.name, human_loop);
}

pub fn end(tx: &Tx, region: &str, human_loop: &HumanLoop) {
    ACTIVE.delete(tx, region, &human_loop.name);
    DUE.delete(tx, "", &due_key(region, human_loop));
    ENDED.put(tx, region, &human_loop.name, human_loop);
}

pub fn delete(tx: &Tx, region: &str, human_loop: &HumanLoop) {
    ACTIVE.delete(tx, region, &human_loop.name);
    ENDED.delete(tx, region, &human_loop.name);
    INPUT.delete(tx, region, &human_loop.name);
    DUE.delete(tx, "", &due_key(region, human_loop));
    let flow = &human_loop.flow_definition_arn;
    CREATED.delete(tx, flow, &created_key(human_loop));
}

/// The loop of that name, if it is active.
pub fn active(tx: &Tx, region: &str, name: &str) -> Option<HumanLoop> {
    ACTIVE.get(tx, region, name)
}

/// The loop of that name, active or ended.
pub fn find(tx: &Tx, region: &str, name: &str) -> Option<HumanLoop> {
    active(tx, region, name).or_else(|| ENDED.get(tx, region, name))
}

pub fn input(tx: &Tx, region: &str, name: &str) -> Value {
    INPUT.get(tx, region, name).unwrap_or_default()
}

pub fn all_active(tx: &Tx, region: &str) -> Vec<HumanLoop> {
    let active = ACTIVE.list(tx, region).into_iter();
    active.map(|(_, human_loop)| human_loop).collect()
}

/// Whether loops of the flow definition wait for an answer.
pub fn has_active_loops(tx: &Tx, region: &str, flow_definition_arn: &str) -> bool {
    all_active(tx, region)
        .iter()
        .any(|human_loop| human_loop.flow_definition_arn == flow_definition_arn)
}

/// The loops of a flow definition, oldest first.
pub fn of_flow_definition(tx: &Tx, flow_definition_arn: &str) -> Vec<Created> {
    let keys = CREATED.list(tx, flow_definition_arn).into_iter();
    keys.filter_map(|(key, ())| {
        let (time, name) = key.split_once(' ')?;
        Some(Created {
            time: parse_time(time)?,
            name: name.to_owned(),
            key,
        })
    })
    .collect()
}

/// The active loops of all regions whose time is over by `now`.
pub fn due(tx: &Tx, now: OffsetDateTime) -> Vec<(String, HumanLoop)> {
    let mut due = Vec::new();
    let mut last = String::new();
    let end = time_key(now);
    while let Some((key, ())) = DUE.next(tx, "", &last, false) {
        let mut parts = key.splitn(3, ' ');
        let (Some(expires), Some(region), Some(name)) = (parts.next(), parts.next(), parts.next())
        else {
            break;
        };
        if expires > end.as_str() {
            break;
        }
        due.extend(active(tx, region, name).map(|human_loop| (region.to_owned(), human_loop)));
        last = key;
    }
    due
}

/// When the next active loop expires.
pub fn next_expiry(tx: &Tx) -> Option<OffsetDateTime> {
    let (key, ()) = DUE.next(tx, "", "", false)?;
    parse_time(key.split(' ').next()?)
}

/// Puts the loops of a state into both orders that an earlier version wrote without them.
pub fn recover(cloud: &Cloud) {
    let is_ordered = cloud.store.read(|tx| {
        let (active, ended) = (ACTIVE.keys(tx).len(), ENDED.keys(tx).len());
        DUE.keys(tx).len() == active && CREATED.keys(tx).len() == active + ended
    });
    if is_ordered {
        return;
    }
    cloud.store.update(|tx| {
        let (active, ended) = (ACTIVE.list_everywhere(tx), ENDED.list_everywhere(tx));
        for (region, _, human_loop) in &active {
            DUE.put(tx, "", &due_key(region, human_loop), &());
        }
        for (_, _, human_loop) in active.iter().chain(&ended) {
            let flow = &human_loop.flow_definition_arn;
            CREATED.put(tx, flow, &created_key(human_loop), &());
        }
    });
}

fn due_key(region: &str, human_loop: &HumanLoop) -> String {
    let expires = time_key(human_loop.expires);
    format!("{expires} {region} {}", human_loop.name)
}

fn created_key(human_loop: &HumanLoop) -> String {
    format!("{} {}", time_key(human_loop.created), human_loop.name)
}

/// Nanoseconds in as many digits as they take until the year 2286 and longer: later times sort later.
fn time_key(time: OffsetDateTime) -> String {
    format!("{:020}", time.unix_timestamp_nanos())
}

fn parse_time(key: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(key.parse().ok()?).ok()
}
