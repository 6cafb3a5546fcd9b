use super::*;

fn split(facet: [f64; 4], others: [f64; 4]) -> Split {
    let rows = |[true_positive, false_positive, false_negative, true_negative]: [f64; 4]| Rows {
        true_positive,
        false_positive,
        false_negative,
        true_negative,
    };
    Split {
        facet: rows(facet),
        others: rows(others),
        groups: Vec::new(),
    }
}

#[test]
fn every_metric_is_found_by_its_name_and_they_are_sorted() {
    assert!(Metric::ALL.is_sorted_by_key(|metric| metric.name()));
    for metric in Metric::ALL {
        assert_eq!(Metric::named(metric.name()), Some(metric));
    }
    assert_eq!(Metric::named("ci"), None);
}

#[test]
fn a_share_of_nothing_is_nothing_and_infinities_cancel() {
    // The facet has neither predicted positives nor labels.
    let nothing = split([0.0, 0.0, 0.0, 5.0], [2.0, 1.0, 1.0, 2.0]);
    assert_eq!(Metric::RD.of(&nothing), Ok(2.0 / 3.0));
    assert_eq!(Metric::TE.of(&nothing), Ok(-1.0));
    // Positives, but none predicted.
    let missed = split([0.0, 0.0, 5.0, 1.0], [2.0, 1.0, 1.0, 2.0]);
    assert_eq!(Metric::DCA.of(&missed), Ok(f64::NEG_INFINITY));
    assert_eq!(Metric::TE.of(&missed), Ok(f64::INFINITY));
    let both = split([0.0, 0.0, 5.0, 1.0], [0.0, 0.0, 1.0, 2.0]);
    assert_eq!(Metric::DCA.of(&both), Ok(0.0));
    assert_eq!(Metric::TE.of(&both), Ok(0.0));
    assert_eq!(Metric::DI.of(&both), Ok(0.0));
}

#[test]
fn what_has_no_value_says_why() {
    let empty = split([0.0; 4], [1.0; 4]);
    assert_eq!(Metric::CI.of(&empty), Err("the facet has no rows"));
    let whole = split([1.0; 4], [0.0; 4]);
    assert_eq!(
        Metric::CI.of(&whole),
        Err("there are no rows outside the facet")
    );
    let apart = split([0.0, 0.0, 3.0, 0.0], [0.0, 0.0, 0.0, 3.0]);
    assert_eq!(
        Metric::KS.of(&apart),
        Err("no label occurs both in the facet and outside it")
    );
    assert_eq!(Metric::CDDL.of(&apart), Err("there is no group variable"));
    let missed = split([0.0, 0.0, 3.0, 0.0], [0.0, 0.0, 3.0, 0.0]);
    assert_eq!(
        Metric::GE.of(&missed),
        Err("every prediction is a false negative")
    );
}
