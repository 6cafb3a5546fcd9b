use super::*;
use crate::testing::{REGION, cloud, received};
use local_core::driver::{Busy, drive};

fn schedule(name: &str) -> Schedule {
    let target = json!({
        "Id": "1", "Arn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"),
    });
    Schedule {
        name: name.to_owned(),
        region: REGION.to_owned(),
        source: Source::Rule,
        expression: "rate(1 minute)".to_owned(),
        target: serde_json::from_value(target).unwrap(),
    }
}

/// Puts the schedules and lets their first period pass.
fn due(cloud: &Cloud, names: &[&str]) {
    cloud.store.update(|tx| {
        for name in names {
            put(cloud, tx, schedule(name)).unwrap();
        }
    });
    cloud.world.advance(61);
}

#[tokio::test]
async fn a_schedule_that_cannot_be_read_rests_until_it_is_put_again_and_stops_no_other() {
    const OTHER: Table<u64> = Table::new(SCHEDULES.kind());
    let (cloud, _folder) = cloud();
    due(&cloud, &["bad", "good"]);
    cloud.store.update(|tx| OTHER.put(tx, REGION, "bad", &1));
    let driver = tokio::spawn(drive(cloud.clone(), CONTROLLER));
    let mut changes = cloud.store.changes();
    let of = |name: &str| format!("arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}");
    // The next look has nothing but the good one's next time.
    while cloud.store.read(|tx| DUE.keys(tx).len()) > 1 || received(&cloud).is_empty() {
        changes.changed().await;
    }
    driver.abort();
    let events = received(&cloud);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["resources"], json!([of("good")]));
    assert_eq!(events[0]["detail-type"], "Scheduled Event");
    assert_eq!(events[0]["source"], "aws.events");

    due(&cloud, &["bad"]);
    let driver = tokio::spawn(drive(cloud.clone(), CONTROLLER));
    while received(&cloud).len() < 3 {
        changes.changed().await;
    }
    driver.abort();
    let bad = received(&cloud).into_iter();
    let bad = bad.filter(|event| event["resources"] == json!([of("bad")]));
    assert_eq!(bad.count(), 1);
}

#[test]
fn a_schedule_without_a_period_rests_and_is_not_due_again() {
    let (cloud, _folder) = cloud();
    due(&cloud, &["f"]);
    cloud.store.update(|tx| {
        let mut row = SCHEDULES.get(tx, REGION, "f").unwrap();
        row.schedule.expression = "cron(0 12 * * ? *)".to_owned();
        SCHEDULES.put(tx, REGION, "f", &row);
    });
    let due = cloud.store.read(|tx| DUE.first_names(tx, "", 1)).remove(0);
    fire(&cloud, &due);
    assert!((CONTROLLER.look)(&cloud, &Busy::default()).work.is_empty());
    assert_eq!(received(&cloud), [""; 0]);
}

#[test]
fn a_schedule_that_was_changed_since_it_was_due_fires_at_its_new_time_alone() {
    let (cloud, _folder) = cloud();
    due(&cloud, &["f"]);
    let before = cloud.store.read(|tx| DUE.keys(tx)).remove(0);
    cloud.store.update(|tx| {
        let mut changed = schedule("f");
        changed.expression = "rate(2 minutes)".to_owned();
        put(&cloud, tx, changed).unwrap();
        // As a schedule leaves it that could not be read when it was put again.
        DUE.put(tx, "", &before.1, &(REGION.to_owned(), "f".to_owned()));
    });
    fire(&cloud, &before.1);
    assert_eq!(received(&cloud), [""; 0]);
    assert_eq!(cloud.store.read(|tx| DUE.keys(tx).len()), 1);
}
