//! The documents of human loops, and three orders of their names: by expiry, and by creation those of a
//! flow definition and those that wait for a work team.
//!
//! A search for due loops, or for a page of a list, reads names in order and the documents of the
//! loops that it finds, however many others there are.

use serde_json::Value;
use time::OffsetDateTime;

use super::human_loop::HumanLoop;
use local_core::Cloud;
use local_core::due;
use local_core::store::{Table, Tx};

const ACTIVE: Table<HumanLoop> = Table::new("a2i/active-human-loop");
const ENDED: Table<HumanLoop> = Table::new("a2i/ended-human-loop");
const INPUT: Table<Value> = Table::new("a2i/input-content");
/// Of active loops, by expiry: `REGION/NAME`.
const DUE: Table<()> = Table::new("a2i/due-human-loop");
/// Of all loops, by creation; the scope is the flow definition's ARN.
const CREATED: Table<()> = Table::new("a2i/human-loop-of-flow-definition");
/// Of active loops, by creation; the scope is the work team's ARN.
const WAITING: Table<()> = Table::new("a2i/human-loop-of-work-team");

/// Changes with each loop that starts or ends, and with no answer in between.
pub const DUE_KIND: &str = DUE.kind();

/// An active loop and when its time is over.
pub struct Due {
    pub expires: OffsetDateTime,
    pub region: String,
    pub name: String,
}

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
    DUE.put(tx, "", &due_name(region, human_loop), &());
    let flow = &human_loop.flow_definition_arn;
    CREATED.put(tx, flow, &created_name(human_loop), &());
    let team = &human_loop.workteam_arn;
    WAITING.put(tx, team, &created_name(human_loop), &());
}

/// Puts the active loops of an earlier version among those of their work teams.
pub fn recover(cloud: &Cloud) {
    cloud.store.update(|tx| {
        for (_, _, human_loop) in ACTIVE.list_everywhere(tx) {
            let (team, name) = (&human_loop.workteam_arn, created_name(&human_loop));
            if !WAITING.contains(tx, team, &name) {
                WAITING.put(tx, team, &name, &());
            }
        }
    });
}

/// Stores a changed active loop.
pub fn update(tx: &Tx, region: &str, human_loop: &HumanLoop) {
    ACTIVE.put(tx, region, &human_loop.name, human_loop);
}

pub fn end(tx: &Tx, region: &str, human_loop: &HumanLoop) {
    delete_active(tx, region, human_loop);
    ENDED.put(tx, region, &human_loop.name, human_loop);
}

pub fn delete(tx: &Tx, region: &str, human_loop: &HumanLoop) {
    delete_active(tx, region, human_loop);
    ENDED.delete(tx, region, &human_loop.name);
    INPUT.delete(tx, region, &human_loop.name);
    let flow = &human_loop.flow_definition_arn;
    CREATED.delete(tx, flow, &created_name(human_loop));
}

fn delete_active(tx: &Tx, region: &str, human_loop: &HumanLoop) {
    ACTIVE.delete(tx, region, &human_loop.name);
    DUE.delete(tx, "", &due_name(region, human_loop));
    let team = &human_loop.workteam_arn;
    WAITING.delete(tx, team, &created_name(human_loop));
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

/// The active loops of these teams, oldest first, each read when it is asked for. One that this version
/// cannot read is left out.
pub fn of_teams<'a>(
    tx: &'a Tx,
    region: &'a str,
    teams: &'a [String],
) -> impl Iterator<Item = HumanLoop> + 'a {
    let next = |team: &str, after: &str| {
        let found = WAITING.next(tx, team, after, false);
        found.map(|(name, ())| name)
    };
    let mut firsts: Vec<(&str, Option<String>)> = teams
        .iter()
        .map(|team| (team.as_str(), next(team, "")))
        .collect();
    let names = std::iter::from_fn(move || {
        let left = firsts.iter_mut().filter(|(_, first)| first.is_some());
        let (team, first) = left.min_by(|(_, a), (_, b)| a.cmp(b))?;
        let name = first.take()?;
        *first = next(team, &name);
        Some(name)
    });
    names.filter_map(|row| {
        let (_, name) = due::read(&row)?;
        ACTIVE.get_readable(tx, region, name)
    })
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
        let (time, name) = due::read(&key)?;
        Some(Created {
            time,
            name: name.to_owned(),
            key,
        })
    })
    .collect()
}

/// The names of the loops that expire first, with the region and the loop of each.
pub fn first_due(tx: &Tx, limit: usize) -> Vec<Due> {
    let names = DUE.first_names(tx, "", limit).into_iter();
    names
        .filter_map(|row| {
            let (expires, place) = due::read(&row)?;
            let (region, name) = place.split_once('/')?;
            Some(Due {
                expires,
                region: region.to_owned(),
                name: name.to_owned(),
            })
        })
        .collect()
}

fn due_name(region: &str, human_loop: &HumanLoop) -> String {
    due::name(human_loop.expires, &format!("{region}/{}", human_loop.name))
}

fn created_name(human_loop: &HumanLoop) -> String {
    due::name(human_loop.created, &human_loop.name)
}
