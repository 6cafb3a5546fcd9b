use super::*;
use crate::Settings;

/// The world's minute, at its beginning: none turns within a test.
fn this_minute(cloud: &Cloud) -> i64 {
    let into = cloud.world.now().unix_timestamp().rem_euclid(60);
    cloud.world.advance(60 - into);
    minute(cloud.world.now())
}

#[test]
fn values_of_a_minute_are_one_datapoint_and_old_ones_are_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let series = Series::new("us-east-1", "N", "M", &[("D", "d")]);
    let first = this_minute(&cloud);
    begin(&cloud, Vec::new());
    assert!(is_known(&cloud, first) && !is_known(&cloud, first - 1));
    for value in [3.0, 1.0] {
        record(&cloud, series.clone(), value);
    }
    let all = |from, to| between(&cloud, &series, from, to);
    let found = all(first, first + 2).unwrap();
    assert_eq!((found.samples, found.sum), (2.0, 4.0));
    assert_eq!((found.minimum, found.maximum), (1.0, 3.0));
    assert_eq!(all(first - 9, first), None);
    cloud.world.advance(2 * 24 * 3600);
    record(&cloud, series.clone(), 5.0);
    assert_eq!(all(first, first + 2), None);
}

#[test]
fn a_new_series_takes_the_place_of_those_that_were_not_measured_for_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let series = |number: usize| {
        let name = number.to_string();
        Series::new("us-east-1", "N", "M", &[("D", name.as_str())])
    };
    let now = || minute(cloud.world.now());
    for number in 0..=MOST_SERIES {
        record(&cloud, series(number), 1.0);
    }
    let last = series(MOST_SERIES);
    assert_eq!(
        between(&cloud, &last, now() - 1, now() + 1),
        None,
        "too many"
    );
    cloud.world.advance(2 * 24 * 3600);
    record(&cloud, last.clone(), 1.0);
    assert!(between(&cloud, &last, now() - 1, now() + 1).is_some());
}

#[test]
fn minutes_are_added_up_to_periods_from_the_first_minute() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let series = Series::new("us-east-1", "N", "M", &[]);
    let first = this_minute(&cloud);
    for value in [1.0, 2.0, 3.0] {
        record_in(&cloud, series.clone(), Unit::Count, value);
        cloud.world.advance(60);
    }
    let (unit, found) = periods(&cloud, &series, first..first + 9, 2);
    let sums: Vec<(i64, f64)> = found
        .iter()
        .map(|(place, each)| (*place, each.sum))
        .collect();
    assert_eq!((unit, sums), (Unit::Count, vec![(0, 3.0), (1, 3.0)]));
    assert_eq!(found[&0].percentile(100.0), Some(2.0));
    assert_eq!(all(&cloud, "us-east-1"), [(series, first + 2)]);
    assert_eq!(all(&cloud, "eu-west-1"), []);
}

#[test]
fn there_is_no_percentile_of_negative_values() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let series = Series::new("us-east-1", "N", "M", &[]);
    let now = this_minute(&cloud);
    for (value, expected) in [(5.0, Some(5.0)), (-1.0, None)] {
        record(&cloud, series.clone(), value);
        let found = between(&cloud, &series, now, now + 1).unwrap();
        assert_eq!(found.percentile(50.0), expected);
    }
}

#[test]
fn minutes_without_a_value_are_filled_with_zero_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let series = Series::new("us-east-1", "N", "M", &[]);
    let now = this_minute(&cloud);
    record_in(&cloud, series.clone(), Unit::Count, 3.0);
    for _ in 0..2 {
        fill(&cloud, &series, now - 1..now + 1);
    }
    let (unit, found) = periods(&cloud, &series, now - 9..now + 9, 1);
    let found: Vec<(i64, f64, f64)> = found
        .iter()
        .map(|(place, each)| (*place, each.samples, each.sum))
        .collect();
    assert_eq!(
        (unit, found),
        (Unit::Count, vec![(8, 1.0, 0.0), (9, 1.0, 3.0)])
    );
}
