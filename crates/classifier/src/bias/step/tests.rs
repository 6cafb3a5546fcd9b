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
    assert!(!analysis.is_measured());
    let reason = analysis.reviewloop.unmeasured.unwrap();
    assert_eq!(reason, "BiasFacets names no column");
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

/// A step of these rows: age, label and the model's answer.
fn of_rows(facets: &str, rows: &[(&str, &str, Option<&str>)]) -> Result<Analysis> {
    let settings = Settings::parse(facets, "1", "")?;
    let mut step = Step::new(settings, rows[0].2.is_some())?;
    for (age, label, predicted) in rows {
        step.add(
            label,
            *predicted,
            &[("Age".to_owned(), (*age).to_owned())].into(),
        )?;
    }
    let folder = TempDir::new()?;
    step.finish(folder.path())?;
    Ok(serde_json::from_slice(&fs::read(
        folder.path().join(BIAS_FILE),
    )?)?)
}

#[test]
fn numbers_are_categories_in_few_rows_too() {
    let ages = ["20", "30", "40"].repeat(15);
    let labels = ["-1", "0", "1", "1", "0", "-1", "0"].iter().cycle();
    let rows: Vec<_> = ages
        .iter()
        .zip(labels)
        .map(|(age, label)| (*age, *label, Some(if *age == "20" { "1" } else { "-1" })))
        .collect();
    let analysis = of_rows("Age", &rows).unwrap();
    assert_eq!(analysis.reviewloop.unmeasured, None);
    let metrics = analysis.post_training_bias_metrics.unwrap();
    assert_eq!(metrics.label_value_or_threshold, "=1");
    let values = metrics.facets["Age"].iter();
    let values: Vec<&str> = values.map(|it| it.value_or_threshold.as_str()).collect();
    assert_eq!(values, ["=20", "=30", "=40"]);
}

#[test]
fn what_cannot_be_measured_after_training_is_said_and_costs_no_evaluation() {
    let never: Vec<_> = (0..90)
        .map(|n| ("30", ["-1", "0", "1"][n % 3], Some("-1")))
        .collect();
    for (rows, reason) in [
        (&never[..], "none of the positive values"),
        (
            &[("", "1", Some("1")); 90][..],
            "no row has a value in the column \"Age\"",
        ),
    ] {
        let analysis = of_rows("Age>25", rows).unwrap();
        assert!(analysis.post_training_bias_metrics.is_none());
        let unmeasured = analysis.reviewloop.unmeasured.unwrap();
        assert!(unmeasured.contains(reason), "{unmeasured}");
    }
    // Before training it is the settings' fault.
    assert!(of_rows("Age>25", &[("", "1", None); 90]).is_err());
}
