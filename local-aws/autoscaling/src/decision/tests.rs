//! The rule by cases, and over hours of loads.

use super::*;

const BOUNDS: Bounds = Bounds { min: 1, max: 10 };
/// The lab's.
const TRACKING: Tracking = Tracking {
    target: 2.0,
    scale_out_cooldown: 60,
    scale_in_cooldown: 300,
    disable_scale_in: false,
};
/// The beginning of a minute.
const NOW: i64 = 60_000_000;
const CHANGED: i64 = NOW - 7200;

fn situation(minutes: &[Option<f64>], instances: u32) -> Situation<'_> {
    Situation {
        now: NOW,
        minutes,
        instances,
        since: CHANGED,
        last_out: None,
        last_in: None,
    }
}

fn check(minutes: &[Option<f64>], instances: u32, expected: Decision) {
    let found = decide(BOUNDS, Some(TRACKING), situation(minutes, instances));
    assert_eq!(found, expected, "{minutes:?} on {instances}");
}

const KEEP: fn(Reason) -> Decision = Decision::Keep;

fn out(instances: u32) -> Decision {
    change(instances, Cause::AlarmHigh)
}

fn inwards(instances: u32) -> Decision {
    change(instances, Cause::AlarmLow)
}

#[test]
fn three_minutes_above_the_target_scale_out_in_proportion() {
    check(&[Some(6.0); 2], 1, KEEP(Reason::InsufficientData));
    check(&[Some(6.0); 3], 1, out(3));
    check(
        &[Some(1.0), Some(6.0), Some(6.0)],
        1,
        KEEP(Reason::WithinTarget),
    );
    check(
        &[None, Some(6.0), Some(6.0)],
        1,
        KEEP(Reason::InsufficientData),
    );
    // By the last minute, at least one, at most the maximum.
    check(&[Some(20.0), Some(20.0), Some(3.0)], 1, out(2));
    check(&[Some(2.1); 3], 4, out(5));
    check(&[Some(90.0); 3], 4, out(10));
    check(&[Some(90.0); 3], 10, KEEP(Reason::AtMaximum));
}

#[test]
fn the_target_itself_is_within_however_it_is_summed() {
    let thirds: f64 = std::iter::repeat_n(1.0 / 3.0, 6).sum();
    let tenths: f64 = std::iter::repeat_n(0.1, 20).sum();
    assert!(tenths > 2.0);
    for load in [2.0, thirds, tenths, 1.8] {
        check(&[Some(load); 15], 3, KEEP(Reason::WithinTarget));
    }
}

#[test]
fn fifteen_minutes_below_take_one_instance_where_the_others_are_enough() {
    check(&[Some(0.5); 14], 4, KEEP(Reason::WithinTarget));
    check(&[Some(0.5); 15], 4, inwards(3));
    check(&[Some(0.0); 15], 2, inwards(1));
    check(&[Some(0.0); 15], 1, KEEP(Reason::AtMinimum));
    // Two of 1.5 would be one of 3.
    check(&[Some(1.5); 15], 2, KEEP(Reason::AllNeeded));
    // The busiest minute counts.
    let mut minutes = [Some(0.1); 15];
    minutes[7] = Some(1.7);
    check(&minutes, 3, KEEP(Reason::AllNeeded));
    minutes[7] = Some(1.8);
    check(&minutes, 3, KEEP(Reason::WithinTarget));
    minutes[7] = None;
    check(&minutes, 3, KEEP(Reason::WithinTarget));
}

#[test]
fn a_cooldown_holds_its_direction_back_and_a_scale_out_holds_both() {
    let (high, low) = ([Some(6.0); 15], [Some(0.1); 15]);
    let done = |seconds: i64| Some(NOW - seconds);
    let find = |minutes: &[Option<f64>], last_out, last_in| {
        let situation = Situation {
            last_out,
            last_in,
            ..situation(minutes, 2)
        };
        decide(BOUNDS, Some(TRACKING), situation)
    };
    let waits = KEEP(Reason::InCooldown);
    assert_eq!(find(&high, done(59), None), waits);
    assert_eq!(find(&high, done(60), None), out(6));
    assert_eq!(find(&high, None, done(1)), out(6));
    assert_eq!(find(&low, None, done(299)), waits);
    assert_eq!(find(&low, None, done(300)), inwards(1));
    assert_eq!(find(&low, done(59), None), waits);
    assert_eq!(find(&low, done(60), done(300)), inwards(1));
}

#[test]
fn a_minute_in_which_the_count_changed_is_no_measure_of_it() {
    let (high, low) = ([Some(6.0); 15], [Some(0.1); 15]);
    for (minutes, changed) in [(&high, out(6)), (&low, inwards(1))] {
        for (since, expected) in [
            (NOW - 60, changed),
            (NOW - 59, KEEP(Reason::NotMeasuredYet)),
        ] {
            let situation = Situation {
                since,
                ..situation(minutes, 2)
            };
            assert_eq!(decide(BOUNDS, Some(TRACKING), situation), expected);
        }
    }
}

#[test]
fn the_bounds_hold_without_a_policy_and_scaling_in_can_be_off() {
    let minutes = [Some(0.1); 15];
    let bounds = Bounds { min: 2, max: 3 };
    let find = |tracking, instances| decide(bounds, tracking, situation(&minutes, instances));
    assert_eq!(find(None, 1), change(2, Cause::MinimumCapacity));
    assert_eq!(find(None, 4), change(3, Cause::MaximumCapacity));
    assert_eq!(find(None, 3), KEEP(Reason::NoPolicy));
    let off = Tracking {
        disable_scale_in: true,
        ..TRACKING
    };
    assert_eq!(find(Some(off), 3), KEEP(Reason::ScaleInDisabled));
    assert_eq!(find(Some(TRACKING), 3), inwards(2));
}

/// A variant in virtual time: evaluated each minute, resized some seconds later.
struct Variant {
    tracking: Tracking,
    instances: u32,
    /// Of a resize.
    seconds: i64,
}

impl Variant {
    /// The counts at the end of each minute of a load, which is requests a minute in all.
    fn under(self, loads: impl Iterator<Item = f64>) -> Vec<u32> {
        let mut minutes: Vec<Option<f64>> = Vec::new();
        let mut instances = self.instances;
        let (mut now, mut since, mut last_out, mut last_in) = (NOW, CHANGED, None, None);
        let mut counts = Vec::new();
        for load in loads {
            let evaluated = minutes.len().saturating_sub(LOW_PERIODS);
            let situation = Situation {
                now,
                minutes: &minutes[evaluated..],
                instances,
                since,
                last_out,
                last_in,
            };
            let mut measured = load / f64::from(instances);
            if let Decision::Change { instances: to, .. } =
                decide(BOUNDS, Some(self.tracking), situation)
            {
                // The minute is the old fleet's and then the new one's.
                since = now + self.seconds;
                let new = (60 - self.seconds) as f64 / 60.0;
                measured = measured * (1.0 - new) + load / f64::from(to) * new;
                let last = if to > instances {
                    &mut last_out
                } else {
                    &mut last_in
                };
                *last = Some(since);
                instances = to;
            }
            minutes.push(Some(measured));
            now += 60;
            counts.push(instances);
        }
        counts
    }
}

fn changes(counts: &[u32]) -> usize {
    let pairs = counts.windows(2);
    pairs.filter(|pair| pair[0] != pair[1]).count()
}

#[test]
fn constant_load_finds_its_count_and_does_not_flap_for_hours() {
    let cooldowns = [(0, 0), (60, 300), (300, 60), (300, 300)];
    for tenths in 0..=180 {
        let load = f64::from(tenths) / 10.0;
        let enough = needed(1, load, TRACKING.target).max(1);
        for start in 1..=10 {
            for (scale_in_cooldown, scale_out_cooldown) in cooldowns {
                for seconds in [0, 5, 55] {
                    let tracking = Tracking {
                        scale_in_cooldown,
                        scale_out_cooldown,
                        ..TRACKING
                    };
                    let variant = Variant {
                        tracking,
                        instances: start,
                        seconds,
                    };
                    let counts = variant.under(std::iter::repeat_n(load, 180));
                    let rises = counts.is_sorted();
                    let falls = counts.is_sorted_by(|before, after| before >= after);
                    assert!(rises || falls, "{load} on {start}: {counts:?}");
                    assert_eq!(changes(&counts[120..]), 0, "{load} on {start}: {counts:?}");
                    let end = *counts.last().unwrap();
                    let is_busy =
                        load / f64::from(end) >= TRACKING.target * LOW_SHARE * (1.0 - ROUNDING);
                    let fits = end == enough || end > enough && is_busy;
                    assert!(fits, "{load} on {start}: {counts:?}");
                }
            }
        }
    }
}

#[test]
fn a_rise_scales_out_after_three_minutes_and_a_fall_in_after_fifteen() {
    let variant = Variant {
        tracking: TRACKING,
        instances: 1,
        seconds: 5,
    };
    let loads = [(1.0, 20), (6.0, 30), (1.0, 60)];
    let loads = loads
        .iter()
        .flat_map(|(load, minutes)| std::iter::repeat_n(*load, *minutes));
    let counts = variant.under(loads);
    let first = |from: usize, count: u32| {
        let place = counts[from..].iter().position(|each| *each == count);
        place.unwrap()
    };
    // Decided as the third minute ends.
    assert_eq!(first(20, 3), 3, "{counts:?}");
    assert_eq!(changes(&counts[..50]), 1, "{counts:?}");
    assert_eq!(first(50, 2), 15, "{counts:?}");
    // The next one after its cooldown.
    assert_eq!(first(50, 1), 21, "{counts:?}");
    assert_eq!(changes(&counts), 3, "{counts:?}");
}
