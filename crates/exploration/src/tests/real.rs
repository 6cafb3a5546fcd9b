//! The public clothing reviews: figures against facts that were counted by other means (Python's csv and statistics).

use contracts::dataset::Row;
use contracts::exploration::{Exploration, Kind};
use policy::consolidation::{Consolidated, consolidate};

use super::womens;
use crate::{Explorer, Measure};

/// `None`, with a message, where the file is not there.
fn rows() -> Option<(Vec<Row>, usize)> {
    let Some(file) = womens::file() else {
        eprintln!("skipped: ../shared/data/womens-clothing-reviews.csv is not here");
        return None;
    };
    let (rows, quarantined) = womens::read(&file);
    Some((rows, quarantined.len()))
}

/// Each row by itself, as the labs have them: with a category of more than ten rows, equal texts apart.
fn labs(rows: Vec<Row>) -> Exploration {
    let mut sizes = std::collections::BTreeMap::new();
    for category in rows.iter().filter_map(|row| row.category.clone()) {
        *sizes.entry(category).or_insert(0) += 1;
    }
    let rows = rows
        .into_iter()
        .filter(|row| row.category.as_ref().is_some_and(|it| sizes[it] > 10));
    let mut explorer = Explorer::new(&womens::manifest(1, &["all"], 0));
    for row in rows {
        let one: Vec<Consolidated> = consolidate([row]);
        explorer.add(&one[0]);
    }
    explorer.finish()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn the_labs_rows_give_the_labs_figures() {
    let Some((rows, quarantined)) = rows() else {
        return;
    };
    assert_eq!((rows.len(), quarantined), (22_641, 845));
    let found = labs(rows);
    assert_eq!(found.by_label, [2_370, 2_823, 17_433]);
    assert_eq!((found.words.all.count, found.words.maximum), (22_626, 115));
    close(found.words.all.mean, 60.214_664_545_213_24);
    close(found.words.all.deviation, 28.532_682_336_142_18);
    let classes: Vec<[f64; 3]> = found
        .words
        .classes
        .iter()
        .map(|it| [it.p25, it.p50, it.p75])
        .collect();
    assert_eq!(
        classes,
        [[39.0, 60.0, 87.0], [41.0, 64.0, 92.0], [35.0, 58.0, 88.0]]
    );
    close(found.words.classes[0].mean, 60.870_886_075_949_365);

    let measure = Measure::of(&found);
    for (name, rows, mean, error) in [
        ("Dresses", 6_145, 0.643_287_225_386_493_1, 0.008_568_7),
        ("Blouses", 2_983, 0.641_300_703_989_272_5, 0.012_420_2),
        ("Trend", 118, 0.483_050_847_457_627_1, 0.071_947_6),
        ("Layering", 132, 0.780_303_030_303_030_3, 0.049_651_1),
    ] {
        let group = found
            .categories
            .first
            .iter()
            .find(|group| group.name == name)
            .expect("a category");
        assert_eq!(group.rows(), rows, "{name}");
        let estimate = measure.estimate(&group.by_label).expect("rows");
        close(estimate.value, mean);
        // Nearly the usual interval; a prior of three half rows draws a small category to the middle.
        let half = (estimate.high - estimate.low) / 2.0;
        assert!((half / (1.96 * error) - 1.0).abs() < 0.02, "{name}: {half}");
    }
    let title = found
        .columns
        .first
        .iter()
        .find(|column| column.name == "Title")
        .expect("a column");
    assert_eq!(
        (title.missing.iter().sum::<u64>(), &title.kind),
        (2_966, &Kind::Text)
    );
    let age = found
        .columns
        .first
        .iter()
        .find(|column| column.name == "Age")
        .expect("a column");
    let Kind::Number {
        moments,
        minimum,
        maximum,
        bands,
        ..
    } = &age.kind
    else {
        panic!("{:?} is no number", age.kind);
    };
    assert_eq!((*minimum, *maximum, age.distinct.values), (18.0, 99.0, 77));
    close(moments.mean, 43.283_876_955_714_67);
    assert!((moments.deviation - 12.328_135_468_283_56).abs() < 1e-9);
    let oldest = bands.last().expect("bands");
    assert_eq!(
        (oldest.low, oldest.by_label.iter().sum::<u64>()),
        (59.0, 3_035)
    );
    close(
        measure.estimate(&oldest.by_label).expect("rows").value,
        0.7110378912685338,
    );
    for (label, word, by_label) in [
        (0, "cheap", [155, 83, 73]),
        (1, "returning", [133, 158, 145]),
        (2, "compliments", [9, 15, 959]),
    ] {
        let told = found.telling[label]
            .iter()
            .find(|told| told.word == word)
            .expect("it is told");
        assert_eq!(told.by_label, by_label, "{word}");
    }
}

#[test]
fn the_consolidated_rows_have_few_near_duplicates_and_all_of_them_are_found() {
    let Some((rows, _)) = rows() else {
        return;
    };
    let mut explorer = Explorer::new(&womens::manifest(1, &["all"], 845));
    consolidate(rows).iter().for_each(|row| explorer.add(row));
    let found = explorer.finish();
    assert_eq!(found.by_label, [2_369, 2_823, 17_442]);
    // Every pair compared with every other one, by sets of words, finds the same five.
    let near = &found.near_duplicates;
    assert_eq!(
        (near.examined, near.rows, near.groups, near.mixed_labels),
        (22_634, 10, 5, 1)
    );
}
