use serde_json::json;

use super::{Reviewer, accept, next, submit, waiting};
use crate::testing::{People, REGION, arn};
use local_core::Cloud;
use local_core::store::Table;

fn reviewer(sub: &str) -> Reviewer {
    Reviewer {
        sub: sub.to_owned(),
        issuer: "https://pool".to_owned(),
    }
}

fn rows_read(cloud: &Cloud, work: impl FnOnce()) -> u64 {
    let before = cloud.store.rows_read();
    work();
    cloud.store.rows_read() - before
}

#[tokio::test]
async fn the_next_loop_is_found_without_reading_those_behind_it() {
    let people = People::ready().await;
    let (cloud, ann) = (&people.cloud, reviewer("ann"));
    let teams = [arn("workteam/private-crowd/team")];
    let look = || {
        assert_eq!(next(cloud, REGION, &teams, &ann).as_deref(), Some("first"));
    };
    people.start_loop("first").await;
    people.start_loop("second").await;
    let of_two = rows_read(cloud, look);
    for number in 0..20 {
        people.start_loop(&format!("later-{number}")).await;
    }
    assert_eq!(rows_read(cloud, look), of_two);
    assert_eq!(waiting(cloud, REGION, &teams, &ann).len(), 22);
}

#[tokio::test]
async fn a_loop_that_an_earlier_version_started_waits_for_its_team() {
    const WAITING: Table<()> = Table::new("a2i/human-loop-of-work-team");
    let people = People::ready().await;
    people.start_loop("a").await;
    let team = arn("workteam/private-crowd/team");
    let store = &people.cloud.store;
    store.update(|tx| WAITING.delete_all(tx, &team));
    let teams = [team];
    let look = || next(&people.cloud, REGION, &teams, &reviewer("ann"));
    assert_eq!(look(), None);
    for part in crate::parts() {
        part.recover
            .iter()
            .for_each(|recover| recover(&people.cloud));
    }
    assert_eq!(look().as_deref(), Some("a"));
}

#[tokio::test]
async fn loops_wait_oldest_first_across_teams_until_they_are_taken_or_answered() {
    let people = People::ready().await;
    let cloud = &people.cloud;
    let (ann, bob) = (reviewer("ann"), reviewer("bob"));
    for name in ["c", "a", "b"] {
        people.start_loop(name).await;
    }
    let team = arn("workteam/private-crowd/team");
    let teams = [arn("workteam/private-crowd/empty"), team];
    let names = |reviewer: &Reviewer| -> Vec<String> {
        let waiting = waiting(cloud, REGION, &teams, reviewer).into_iter();
        waiting.map(|human_loop| human_loop.name).collect()
    };
    assert_eq!(names(&ann), ["c", "a", "b"]);
    accept(cloud, (REGION, "c"), &teams, &ann).unwrap();
    assert_eq!((names(&ann).len(), names(&bob).len()), (3, 2));
    submit(cloud, (REGION, "c"), &teams, &ann, &json!({})).unwrap();
    assert_eq!(names(&ann), ["a", "b"]);
    assert_eq!(next(cloud, REGION, &teams, &bob).as_deref(), Some("a"));
}

#[tokio::test]
async fn a_loop_that_cannot_be_read_hides_no_other() {
    let people = People::ready().await;
    for name in ["a", "b"] {
        people.start_loop(name).await;
    }
    let active: Table<serde_json::Value> = Table::new("a2i/active-human-loop");
    let cloud = &people.cloud;
    let unreadable = json!({});
    cloud
        .store
        .update(|tx| active.put(tx, REGION, "a", &unreadable));
    let teams = [arn("workteam/private-crowd/team")];
    let found = next(cloud, REGION, &teams, &reviewer("ann"));
    assert_eq!(found.as_deref(), Some("b"));
}
