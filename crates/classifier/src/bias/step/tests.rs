use std::collections::BTreeMap;

use super::*;

/// 200 rows: of the younger ones half like it, of the older ones three quarters.
fn measured(facets: &str, predicted: bool) -> Result<Analysis> {
    let settings = Settings::parse(facets, "1", "")?;
    let mut step = Step::new(settings, predicted)?;
    for number in 0..200 {
        let (age, good) = match number % 8 {
            0 | 2 => ("30", number % 4 == 0),
            4 | 6 => ("35", number % 4 == 0),
            1 => ("50", false),
            _ => ("60", true),
        };
        let label = if good { "1" } else { "-1" };
        let columns = [("Age".to_owned(), age.to_owned())].into();
        step.add(label, predicted.then_some("1"), &columns)?;
    }
    let folder = TempDir::new()?;
    step.finish(folder.path())?;
    assert!(folder.path().join(BIAS_PAGE).exists());
    let analysis = fs::read(folder.path().join(BIAS_FILE))?;
    Ok(serde_json::from_slice(&analysis)?)
}

fn value(analysis: &Analysis, name: &str) -> f64 {
    let stages = [
        &analysis.pre_training_bias_metrics,
        &analysis.post_training_bias_metrics,
    ];
    let mut stages = stages.into_iter().flatten();
    let facets = &stages.next().unwrap().facets["Age"];
    let mut metrics = facets[0].metrics.iter();
    let metric = metrics.find(|metric| metric.name == name).unwrap();
    f64::from(metric.value.unwrap_or_else(|| panic!("{metric:?}")))
}

#[test]
fn the_data_is_measured_before_training_and_the_answers_after_it() {
    let before = measured("Age>40", false).unwrap();
    assert!(before.post_training_bias_metrics.is_none());
    // Those above the threshold are the facet: 1/2 of the others less 3/4 of these.
    assert!((value(&before, "DPL") + 0.25).abs() < 1e-12);
    let after = measured("Age>40", true).unwrap();
    assert!(after.pre_training_bias_metrics.is_none());
    assert!((value(&after, "DI") - 1.0).abs() < 1e-12);
}

#[test]
fn without_facets_there_is_an_analysis_of_nothing() {
    let analysis = measured("", false).unwrap();
    assert_eq!(analysis.reviewloop.facets, BTreeMap::new());
    assert!(analysis.pre_training_bias_metrics.is_none());
}

#[test]
fn what_cannot_be_measured_is_refused_by_name() {
    for (facets, reason) in [
        (
            "Size",
            "BIAS_FACETS: no row has a value in the column \"Size\"",
        ),
        (
            "Age>forty",
            "\"Age>forty\" is no facet: write COLUMN, or COLUMN>NUMBER",
        ),
        ("Age,Age>40", "name a column twice"),
        ("label", "\"label\" is a name of ours"),
    ] {
        let error = format!("{:#}", measured(facets, false).unwrap_err());
        assert!(error.contains(reason), "{error}");
    }
    let error = Settings::parse("Age", "", "").unwrap_err().to_string();
    assert!(
        error.starts_with("BIAS_POSITIVE_LABELS is empty"),
        "{error}"
    );
}
