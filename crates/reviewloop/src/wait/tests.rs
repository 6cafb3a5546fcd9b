use anyhow::anyhow;

use super::*;
use crate::fixture::cloud::Cloud;
use crate::sentence::Passing;

const QUICK: Pace = Pace {
    shortest: Duration::from_millis(1),
    longest: Duration::from_millis(1),
    grows: false,
    patience: Duration::from_secs(600),
};

const NO_LIMIT: Duration = Duration::MAX;

#[tokio::test]
async fn a_change_in_the_emulator_of_this_process_ends_the_pause() {
    let mut cloud = Cloud::new().await;
    cloud.account.emulator = Some(cloud.aws.cloud.clone());
    let account = &cloud.account;
    let mut looks = 0;
    // One pause that no change ends takes longer than all of them.
    let longest = Duration::from_secs(120);
    let pace = Pace {
        longest,
        ..Pace::of(account)
    };
    let emulator = account.emulator.as_deref();
    let found = looking(emulator, pace, 2 * longest, async || {
        looks += 1;
        if looks < 20 {
            account.put("state/a.json", b"1".to_vec()).await?;
            return Ok(None);
        }
        Ok(Some(()))
    });
    let started = Instant::now();
    assert!(found.await.expect("it was looked for").is_some());
    assert!(started.elapsed() < longest, "{:?}", started.elapsed());
}

fn no_network() -> anyhow::Error {
    Passing("AWS cannot be reached".to_owned()).into()
}

#[tokio::test]
async fn a_look_is_repeated_after_an_error_that_passes_and_after_no_other() {
    let mut looks = 0;
    let found = looking(None, QUICK, NO_LIMIT, async || {
        looks += 1;
        match looks {
            1 | 2 | 4 => Err(no_network()),
            3 => Ok(None),
            _ => Ok(Some("the answer")),
        }
    });
    assert_eq!(found.await.expect("it was found"), Some("the answer"));
    assert_eq!(looks, 5);

    let mut looks = 0;
    let found = looking::<()>(None, QUICK, NO_LIMIT, async || {
        looks += 1;
        Err(anyhow!("the file was rejected"))
    });
    let error = found.await.expect_err("it is decided");
    assert_eq!(error.to_string(), "the file was rejected");
    assert_eq!(looks, 1);
}

#[tokio::test]
async fn an_error_that_does_not_pass_in_time_is_the_answer() {
    let impatient = Pace {
        patience: Duration::ZERO,
        ..QUICK
    };
    for (pace, limit) in [(impatient, NO_LIMIT), (QUICK, Duration::ZERO)] {
        let found = looking::<()>(None, pace, limit, async || Err(no_network()));
        let error = found.await.expect_err("it lasts");
        assert_eq!(error.to_string(), "AWS cannot be reached");
    }
    let nothing = looking::<()>(None, QUICK, Duration::ZERO, async || Ok(None));
    assert_eq!(nothing.await.expect("it was looked for"), None);
}
