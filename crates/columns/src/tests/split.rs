use std::collections::BTreeMap;

use crate::validation;

fn rows(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("row {n}")).collect()
}

#[test]
fn every_label_has_its_share_in_either_part() {
    let rows = rows(1000);
    let labels: Vec<&str> = (0..1000)
        .map(|n| if n % 100 == 0 { "rare" } else { "1" })
        .collect();
    let chosen = validation(&rows, &labels, 0.2);
    let count = |label| {
        (0..1000)
            .filter(|n| chosen[*n] && labels[*n] == label)
            .count()
    };
    assert_eq!((count("rare"), count("1")), (2, 198));
    // Five rows are the fewest.
    for share in [0.01, 0.2, 0.99] {
        let chosen = validation(&rows[..5], &labels[1..6], share);
        let found = chosen.iter().filter(|it| **it).count();
        assert!((1..=4).contains(&found), "{share}: {found}");
    }
}

#[test]
fn the_order_of_the_rows_moves_none_of_them() {
    let rows = rows(200);
    let labels: Vec<&str> = (0..200).map(|n| ["a", "b"][n % 2]).collect();
    let parts = |order: Vec<usize>| -> BTreeMap<String, bool> {
        let ordered: Vec<String> = order.iter().map(|place| rows[*place].clone()).collect();
        let labels: Vec<&str> = order.iter().map(|place| labels[*place]).collect();
        let chosen = validation(&ordered, &labels, 0.3);
        ordered.into_iter().zip(chosen).collect()
    };
    assert_eq!(parts((0..200).collect()), parts((0..200).rev().collect()));
}

#[test]
fn equal_rows_are_in_one_part() {
    let rows: Vec<String> = (0..300).map(|n| format!("row {}", n % 60)).collect();
    let chosen = validation(&rows, &["a"; 300], 0.2);
    for n in 60..300 {
        assert_eq!(chosen[n], chosen[n % 60], "{n}");
    }
    let found = chosen.iter().filter(|it| **it).count();
    assert!((60..=65).contains(&found), "{found}");
    // There is no other way.
    let chosen = validation(&vec![rows[0].clone(); 10], &["a"; 10], 0.2);
    assert_eq!(chosen.iter().filter(|it| **it).count(), 2);
}

#[test]
fn one_content_of_most_rows_leaves_either_part_rows_of_its_label() {
    // Whichever of them comes first in the order of the hashes.
    for name in 0..40 {
        let content = |n: usize| match n {
            0..5 => format!("a{name}"),
            5..95 => format!("b{name}"),
            _ => format!("c{name}"),
        };
        let rows: Vec<String> = (0..100).map(content).collect();
        let chosen = validation(&rows, &["a"; 100], 0.2);
        let found = chosen.iter().filter(|it| **it).count();
        assert!((5..=40).contains(&found), "{name}: {found}");
        let is_one = |part: std::ops::Range<usize>| {
            chosen[part.clone()]
                .iter()
                .all(|it| *it == chosen[part.start])
        };
        assert!(is_one(0..5) && is_one(95..100), "{name}");
    }
}
