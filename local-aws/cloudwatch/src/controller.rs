//! Evaluates every alarm once a minute.

use std::sync::Arc;
use std::time::Duration;

use super::alarm::{ALARMS, Row};
use super::{change, datapoints, rules};
use local_core::driver::{Busy, Controller, Look, Work};
use local_core::{Cloud, metrics};

pub const CONTROLLER: Controller = Controller {
    name: "cloudwatch alarms",
    wakes_on: &[ALARMS.kind()],
    look,
};

const KEY: &str = "evaluate";

/// One work for all minutes: one that ends without a change of an alarm would rest, longer each time.
fn look(cloud: &Arc<Cloud>, busy: &Busy) -> Look {
    let mut look = Look::default();
    if !busy.contains(KEY) {
        look.work.push(Work {
            key: KEY.to_owned(),
            run: Box::pin(every_minute(cloud.clone())),
        });
    }
    look
}

async fn every_minute(cloud: Arc<Cloud>) {
    loop {
        evaluate(&cloud);
        let into = cloud.world.now().unix_timestamp().rem_euclid(60);
        let left = u64::try_from(60 - into).unwrap_or(60);
        cloud.world.sleep(Duration::from_secs(left)).await;
    }
}

/// Evaluates all alarms on what is measured now. Only a change is written.
pub fn evaluate(cloud: &Cloud) {
    metrics::measure(cloud);
    let rows = cloud.store.read(|tx| ALARMS.list_everywhere(tx));
    let changes: Vec<(String, String, Row)> = rows
        .into_iter()
        .filter_map(|(region, name, row)| {
            let changed = evaluated(cloud, &region, &row)?;
            Some((region, name, changed))
        })
        .collect();
    if changes.is_empty() {
        return;
    }
    cloud.store.update(|tx| {
        for (region, name, now) in &changes {
            // Changed, removed or evaluated meanwhile: the next minute evaluates what it is by then.
            let before = ALARMS.get_readable(tx, region, name);
            let is_due = |before: &Row| before.alarm == now.alarm && before.state != now.state;
            if let Some(before) = before.filter(is_due) {
                ALARMS.put(tx, region, name, now);
                change::tell(cloud, tx, (region, name), &before, now);
            }
        }
    });
}

/// The row with another state, if it has one now.
fn evaluated(cloud: &Cloud, region: &str, row: &Row) -> Option<Row> {
    let alarm = &row.alarm;
    let points = datapoints::points(cloud, region, alarm)?;
    let state = rules::state(
        &points,
        alarm.evaluation_periods,
        alarm.datapoints(),
        alarm.treat_missing_data,
    )?;
    (state != row.state).then(|| Row {
        state,
        reason: change::reason(alarm, &points),
        changed_at: cloud.world.now(),
        alarm: alarm.clone(),
        configured_at: row.configured_at,
    })
}
