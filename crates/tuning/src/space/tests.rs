use proptest::prelude::*;

use super::*;
use crate::Scaling;

fn continuous(min: f64, max: f64, scaling: Scaling) -> Range {
    Range::Continuous { min, max, scaling }
}

fn integer(min: i64, max: i64, scaling: Scaling) -> Range {
    Range::Integer { min, max, scaling }
}

fn categorical<const N: usize>(values: [&str; N]) -> Range {
    let values = values.map(str::to_owned).to_vec();
    Range::Categorical { values }
}

fn space_of(ranges: Vec<Range>) -> Result<Space, InvalidSpace> {
    let named = ranges.into_iter().enumerate();
    let parameters = named.map(|(at, range)| Parameter {
        name: format!("p{at}"),
        range,
    });
    Space::new(parameters.collect())
}

#[test]
fn unsound_ranges_are_refused_by_name() {
    use Scaling::{Auto, Linear, Logarithmic, ReverseLogarithmic};
    for (range, wanted) in [
        (continuous(2.0, 1.0, Auto), "the minimum 2 is above"),
        (continuous(0.0, f64::INFINITY, Auto), "finite"),
        (continuous(f64::NAN, 1.0, Auto), "finite"),
        (continuous(-1e308, 1e308, Auto), "finite"),
        (continuous(0.0, 1.0, Logarithmic), "a minimum above 0"),
        (continuous(0.0, 1.0, ReverseLogarithmic), "0 <= x < 1"),
        (continuous(-0.1, 0.5, ReverseLogarithmic), "0 <= x < 1"),
        (integer(3, 2, Linear), "the minimum 3 is above"),
        (integer(0, 2, Logarithmic), "a minimum above 0"),
        (integer(1, 2, ReverseLogarithmic), "continuous ranges only"),
        (integer(0, i64::MAX, Auto), "2^53"),
        (categorical([]), "0 values"),
        (categorical(["a", "a"]), "\"a\" is there twice"),
    ] {
        let told = space_of(vec![range]).unwrap_err().to_string();
        assert!(told.contains(wanted) && told.contains("\"p0\""), "{told}");
    }
    assert_eq!(space_of(vec![]), Err(InvalidSpace::Empty));
    let many = vec![categorical(["a"]); 31];
    assert_eq!(space_of(many), Err(InvalidSpace::TooMany { count: 31 }));
    let twice = Parameter {
        name: "rate".to_owned(),
        range: categorical(["a"]),
    };
    let told = Space::new(vec![twice.clone(), twice]).unwrap_err();
    let name = "rate".to_owned();
    assert_eq!(told, InvalidSpace::Twice { name });
}

#[test]
fn auto_is_logarithmic_over_two_powers_of_ten() {
    use Scaling::{Auto, Linear, Logarithmic, ReverseLogarithmic};
    let chosen = |range| match &space_of(vec![range]).unwrap().parameters()[0].range {
        Range::Continuous { scaling, .. } | Range::Integer { scaling, .. } => *scaling,
        Range::Categorical { .. } => unreachable!("not asked"),
    };
    assert_eq!(chosen(continuous(1e-5, 5e-5, Auto)), Linear);
    assert_eq!(chosen(continuous(0.01, 2.0, Auto)), Logarithmic);
    assert_eq!(chosen(continuous(0.0, 2.0, Auto)), Linear);
    assert_eq!(chosen(continuous(0.5, 0.999, Auto)), ReverseLogarithmic);
    assert_eq!(chosen(integer(10, 200, Auto)), Linear);
    assert_eq!(chosen(integer(1, 1000, Auto)), Logarithmic);
    assert_eq!(chosen(continuous(0.01, 2.0, Linear)), Linear);
}

#[test]
fn the_middle_of_a_scale_is_where_it_says() {
    use Scaling::{Linear, Logarithmic, ReverseLogarithmic};
    for (range, wanted) in [
        (continuous(0.0, 1.0, Linear), "0.5"),
        (continuous(0.25, 4.0, Logarithmic), "1"),
        (continuous(0.0, 0.99, ReverseLogarithmic), "0.9"),
        (integer(1, 3, Linear), "2"),
        (categorical(["a", "b", "c"]), "b"),
    ] {
        let space = space_of(vec![range]).unwrap();
        let value = &space.values(&[0.5])["p0"];
        match (value.parse::<f64>(), wanted.parse::<f64>()) {
            (Ok(value), Ok(wanted)) => assert!((value - wanted).abs() < 1e-12, "{value}"),
            _ => assert_eq!(value, wanted),
        }
    }
}

#[test]
fn integers_are_equally_likely_on_a_linear_scale() {
    let space = space_of(vec![integer(1, 4, Scaling::Linear)]).unwrap();
    let mut counts = [0; 4];
    for step in 0..400 {
        let value = &space.values(&[(f64::from(step) + 0.5) / 400.0])["p0"];
        counts[value.parse::<usize>().unwrap() - 1] += 1;
    }
    assert_eq!(counts, [100; 4]);
}

#[test]
fn what_is_no_point_is_told_by_name() {
    let space = space_of(vec![
        continuous(0.1, 1.0, Scaling::Linear),
        integer(1, 4, Scaling::Linear),
        categorical(["a"]),
    ])
    .unwrap();
    let inside = [("p0", "0.2"), ("p1", "2"), ("p2", "a"), ("epochs", "3")];
    for (name, value, wanted) in [
        ("p0", "2", "outside of its range"),
        ("p0", "NaN", "outside of its range"),
        ("p0", "fast", "not a number"),
        ("p1", "2.5", "not an integer"),
        ("p1", "5", "outside of its range"),
        ("p2", "b", "outside of its range"),
    ] {
        let owned = inside.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut values = Values::from(owned);
        assert!(space.point(&values).is_ok());
        values.insert(name.to_owned(), value.to_owned());
        let told = space.point(&values).unwrap_err().to_string();
        assert!(told.contains(wanted) && told.contains(name), "{told}");
        values.remove(name);
        let name = name.to_owned();
        assert_eq!(space.point(&values), Err(Outside::Missing { name }));
    }
}

fn any_range() -> impl Strategy<Value = Range> {
    let ends =
        |least: f64, most: f64| (least..most, least..most).prop_map(|(a, b)| (a.min(b), a.max(b)));
    prop_oneof![
        ends(-1e9, 1e9).prop_map(|(min, max)| continuous(min, max, Scaling::Auto)),
        ends(-30.0, 30.0).prop_map(|(min, max)| continuous(
            min.exp(),
            max.exp(),
            Scaling::Logarithmic
        )),
        ends(0.0, 0.9999).prop_map(|(min, max)| continuous(min, max, Scaling::ReverseLogarithmic)),
        (-1_000_000i64..1_000_000, 0i64..1_000_000).prop_map(|(min, more)| integer(
            min,
            min + more,
            Scaling::Auto
        )),
        (1i64..1_000_000, 0i64..1_000_000).prop_map(|(min, more)| integer(
            min,
            min + more,
            Scaling::Logarithmic
        )),
        (1usize..=30).prop_map(|count| Range::Categorical {
            values: (0..count).map(|value| format!("v{value}")).collect(),
        }),
    ]
}

proptest! {
    /// Values become a point and the same values again, and trainers can read them.
    #[test]
    fn values_and_points_go_round(
        ranges in prop::collection::vec(any_range(), 1..6),
        point in prop::collection::vec(0.0..1.0f64, 6),
    ) {
        let space = space_of(ranges).unwrap();
        let values = space.values(&point);
        let back = space.point(&values).unwrap();
        let again = space.values(&back);
        for (at, parameter) in space.parameters().iter().enumerate() {
            let (value, again) = (&values[&parameter.name], &again[&parameter.name]);
            match &parameter.range {
                Range::Continuous { min, max, .. } => {
                    let number: f64 = value.parse().unwrap();
                    prop_assert!((*min..=*max).contains(&number));
                    prop_assert_eq!(&number.to_string(), value);
                    prop_assert!(value.bytes().all(|byte| b"-.0123456789".contains(&byte)), "{}", value);
                    let again: f64 = again.parse().unwrap();
                    prop_assert!((number - again).abs() <= 1e-9 * (max - min).max(number.abs()));
                    if max - min > 1e-3 * max.abs() {
                        prop_assert!((point[at] - back[at]).abs() < 1e-6);
                    }
                }
                Range::Integer { .. } | Range::Categorical { .. } => {
                    prop_assert_eq!(value, again);
                }
            }
        }
        let snapped = space.snapped(point);
        prop_assert_eq!(space.values(&snapped), values);
    }
}
