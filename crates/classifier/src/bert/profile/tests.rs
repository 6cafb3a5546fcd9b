use std::fs;

use serde_json::Value;

use super::{Record, StepTime, rules};
use crate::container::Container;
use crate::testing::{rows, training_job};
use crate::train::run;

const RULES: [&str; 11] = [
    "BatchSize",
    "CPUBottleneck",
    "Dataloader",
    "GPUMemoryIncrease",
    "IOBottleneck",
    "LoadBalancing",
    "LowGPUUtilization",
    "MaxInitializationTime",
    "OverallFrameworkMetrics",
    "OverallSystemUsage",
    "StepOutlier",
];

fn profile(steps: &[StepTime]) -> Record {
    Record {
        steps: steps.to_vec(),
        ..Record::default()
    }
}

fn step(data: f64, total: f64) -> StepTime {
    StepTime {
        data,
        forward: 0.3 * total,
        backward: 0.4 * total,
        optimizer: 0.1 * total,
        total,
    }
}

fn triggered(profile: &Record, rule: &str) -> bool {
    let reports = rules::reports(profile);
    let (_, report) = reports.iter().find(|(name, _)| *name == rule).unwrap();
    report["RuleTriggered"] != 0
}

#[test]
fn a_job_leaves_a_file_per_rule_of_lab_6_and_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let container = Container::at(folder.path());
    training_job(&container, &rows(60), &[("epochs", "1")]);
    run(&container).unwrap();
    let output = folder.path().join("output/data/profiler-output");
    let read = |rule: &str| -> Value {
        let path = output.join(format!("profiler-reports/{rule}.json"));
        serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
    };
    for rule in RULES {
        let report = read(rule);
        for field in [
            "RuleTriggered",
            "Violations",
            "Details",
            "Datapoints",
            "RuleParameters",
        ] {
            assert!(!report[field].is_null(), "{rule}: {field}");
        }
    }
    assert!(
        read("LowGPUUtilization")["Details"]["not_applicable"]
            .as_str()
            .unwrap()
            .contains("no GPU")
    );
    let phases = &read("OverallFrameworkMetrics")["Details"]["phases"];
    assert!(
        phases["backward"]["seconds"].as_f64().unwrap() > 0.0,
        "{phases}"
    );
    let page = fs::read_to_string(output.join("profiler-report.html")).unwrap();
    assert_eq!(page.matches("<svg").count(), 3);
    assert!(page.contains("8 updates"), "60 rows in batches of 8");
}

#[test]
fn a_step_far_above_the_others_is_an_outlier() {
    let mut steps = vec![step(0.0, 1.0); 50];
    assert!(!triggered(&profile(&steps), "StepOutlier"));
    steps[20] = step(0.0, 9.0);
    assert_eq!(rules::outliers(&steps), [20]);
    assert!(triggered(&profile(&steps), "StepOutlier"));
}

#[test]
fn time_spent_on_data_and_before_the_first_step_is_found() {
    let mut busy = profile(&[step(0.01, 1.0); 5]);
    assert!(!triggered(&busy, "Dataloader") && !triggered(&busy, "MaxInitializationTime"));
    busy.initialization = 1201.0;
    busy.steps = vec![step(0.2, 1.0); 5];
    assert!(triggered(&busy, "Dataloader") && triggered(&busy, "MaxInitializationTime"));
}
