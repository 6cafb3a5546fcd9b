use contracts::constraints::{Constraints, InferredType};

use crate::{Profiler, suggest};

fn of(values: impl Iterator<Item = String>) -> Constraints {
    let mut profiler = Profiler::new();
    for value in values {
        profiler.add([("column", value.as_str())]);
    }
    suggest(&profiler.finish())
}

#[test]
fn few_values_are_a_domain_and_many_a_spread() {
    let sizes = of((0..900).map(|n| ["S", "M", "L"][n % 3].to_owned()));
    let observed = sizes.features[0].observed.as_ref().expect("observed");
    let domain = sizes.features[0].string_constraints.as_ref();
    assert_eq!(domain.expect("a domain").domains, ["L", "M", "S"]);
    assert!(observed.lengths.is_none() && observed.repeated.is_none());

    let titles = of((0..900).map(|n| format!("title {n}")));
    let observed = titles.features[0].observed.as_ref().expect("observed");
    assert!(titles.features[0].string_constraints.is_none());
    assert!(observed.lengths.is_some() && observed.repeated.is_some());
    assert!(observed.values.is_none());
}

#[test]
fn a_domain_with_values_that_came_once_in_a_hundred_rows_is_none() {
    let with = |singles: usize| {
        let rare = (0..singles).map(|n| format!("rare {n}"));
        of(rare.chain((0..900).map(|n| ["S", "M"][n % 2].to_owned())))
    };
    assert!(with(9).features[0].string_constraints.is_some());
    assert!(with(10).features[0].string_constraints.is_none());
}

#[test]
fn codes_have_a_domain_quantities_a_spread_and_names_neither() {
    let codes = of((0..900).map(|n| (n % 5).to_string()));
    let quantities = of((0..900).map(|n| (n % 90).to_string()));
    let names = of((0..900).map(|n| n.to_string()));
    let is = |constraints: &Constraints| {
        let feature = &constraints.features[0];
        let observed = feature.observed.as_ref().expect("observed");
        assert_eq!(feature.inferred_type, InferredType::Integral);
        assert!(feature.num_constraints.is_some_and(|n| n.is_non_negative));
        (
            feature.string_constraints.is_some(),
            observed.numbers.is_some(),
            observed.repeated.is_some(),
        )
    };
    assert_eq!(is(&codes), (true, false, false));
    assert_eq!(is(&quantities), (false, true, false));
    assert_eq!(is(&names), (false, false, true));
}

#[test]
fn quantiles_are_places_of_the_sample_and_never_the_greatest() {
    let constraints = of((0..1000).map(|n| (n / 300).to_string() + ".5"));
    let observed = constraints.features[0].observed.as_ref();
    let spread = observed.and_then(|observed| observed.numbers.as_ref());
    assert!(spread.is_none(), "four numbers are codes");
    let constraints = of((0..1000).map(|n| (n % 100).to_string()));
    let observed = constraints.features[0].observed.as_ref();
    let spread = observed
        .and_then(|observed| observed.numbers.as_ref())
        .expect("a spread");
    let at: Vec<(f64, u64)> = spread
        .quantiles
        .iter()
        .map(|q| (q.at_most, q.count))
        .collect();
    assert_eq!(at[..3], [(5.0, 60), (10.0, 110), (25.0, 260)]);
    assert_eq!((spread.min, spread.max, spread.of), (0.0, 99.0, 1000));
}
