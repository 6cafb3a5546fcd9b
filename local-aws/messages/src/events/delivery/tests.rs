use local_core::Settings;
use local_core::targets::Target as Kind;

use super::super::rule::RetryPolicy;
use super::*;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

/// A cloud whose functions cannot be reached, though they may be later.
fn cloud() -> (Cloud, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let unreachable = Kind {
        service: "lambda",
        action: "lambda:InvokeFunction",
        check: |_| Ok(()),
        accept: |_, _, _| panic!("on purpose"),
    };
    targets::set(&cloud, vec![unreachable]);
    (cloud, folder)
}

fn delivery(cloud: &Cloud, retry_policy: RetryPolicy) -> Delivery {
    Delivery {
        rule_arn: "arn:aws:events:us-east-1:123456789012:rule/r".to_owned(),
        target: Target {
            id: "1".to_owned(),
            arn: ARN.to_owned(),
            input: None,
            input_transformer: None,
            role_arn: None,
            dead_letter_config: None,
            retry_policy: Some(retry_policy),
        },
        source: "my.app".to_owned(),
        detail_type: "Told".to_owned(),
        accepted_at: cloud.world.now(),
        event: "{}".to_owned(),
        retries: 0,
    }
}

/// How often it is tried again until it is given up.
fn retries(cloud: &Cloud, delivery: Delivery) -> u64 {
    cloud.store.update(|tx| {
        assert!(delivery.deliver(cloud, tx).is_none());
        let mut retries = 0;
        while let Some(name) = WAITING.first_names(tx, "", 1).first().cloned() {
            let (due_at, _) = due::read(&name).unwrap();
            let wait = due_at - cloud.world.now();
            cloud.world.advance(wait.whole_seconds() + 1);
            for waiting in WAITING.take(tx, "", &[name]) {
                waiting.deliver(cloud, tx);
            }
            retries += 1;
        }
        retries
    })
}

#[test]
fn a_delivery_that_may_succeed_later_is_repeated_as_the_retry_policy_says() {
    let (cloud, _folder) = cloud();
    let policy = |attempts, age| RetryPolicy {
        maximum_retry_attempts: attempts,
        maximum_event_age_in_seconds: age,
    };
    assert_eq!(retries(&cloud, delivery(&cloud, policy(Some(0), None))), 0);
    assert_eq!(retries(&cloud, delivery(&cloud, policy(Some(3), None))), 3);
    // After 1, 3, 7, 15, 31 and 63 seconds the event is too old.
    let by_age = retries(&cloud, delivery(&cloud, policy(None, Some(60))));
    assert!((5..=6).contains(&by_age), "{by_age}");
}

#[test]
fn disorder_delivers_each_event_at_least_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path());
    settings.unordered_delivery = Some(1);
    let cloud = Cloud::open(settings).unwrap();
    let policy = RetryPolicy {
        maximum_retry_attempts: None,
        maximum_event_age_in_seconds: None,
    };
    cloud.store.update(|tx| {
        for number in 0..30 {
            let sent = delivery(&cloud, policy.clone());
            assert!(sent.send(&cloud, tx, &number.to_string()).is_none());
        }
    });
    let copies = cloud
        .store
        .read(|tx| WAITING.first_names(tx, "", 100).len());
    assert!((31..=60).contains(&copies), "{copies} copies of 30 events");
}
