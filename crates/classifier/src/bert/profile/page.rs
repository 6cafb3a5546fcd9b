//! The report as a page.

use report::{Chart, ChartPage, Line, Mark, Table, render_charts};

use super::recorded::{Record, StepTime, Usage};
use super::rules;

pub fn render(profile: &Record) -> String {
    let steps = |name: &str, of: fn(&StepTime) -> f64| Line {
        name: name.to_owned(),
        points: (1..)
            .zip(&profile.steps)
            .map(|(n, step)| (f64::from(n), of(step)))
            .collect(),
        mark: Mark::Line,
    };
    let usage = |name: &str, of: fn(&Usage) -> f64| Line {
        name: name.to_owned(),
        points: profile
            .usage
            .iter()
            .map(|usage| (usage.at, of(usage)))
            .collect(),
        mark: Mark::Line,
    };
    let chart = |title: &str, x: &str, y: &str, lines| Chart {
        title: title.to_owned(),
        x: x.to_owned(),
        y: y.to_owned(),
        lines,
    };
    let total: f64 = profile.steps.iter().map(|step| step.total).sum();
    let mut phases: Vec<Vec<String>> = rules::phases(profile)
        .into_iter()
        .map(|(name, seconds)| {
            let share = if total > 0.0 {
                100.0 * seconds / total
            } else {
                0.0
            };
            vec![
                name.to_owned(),
                format!("{seconds:.2}"),
                format!("{share:.1} %"),
            ]
        })
        .collect();
    phases.push(vec![
        "all steps".to_owned(),
        format!("{total:.2}"),
        "100 %".to_owned(),
    ]);
    for (name, seconds) in [
        ("validation", profile.validation),
        ("initialization", profile.initialization),
    ] {
        phases.push(vec![
            name.to_owned(),
            format!("{seconds:.2}"),
            String::new(),
        ]);
    }
    let triggered = rules::reports(profile).into_iter().map(|(rule, report)| {
        let said = match report["Details"]["not_applicable"].as_str() {
            Some(why) => why.to_owned(),
            None if report["RuleTriggered"] == 0 => "nothing found".to_owned(),
            None => format!("found {} times, see {rule}.json", report["Violations"]),
        };
        vec![rule.to_owned(), said]
    });
    render_charts(&ChartPage {
        title: "Training profile".to_owned(),
        summary: format!(
            "{} updates, {} of them outliers in time.",
            profile.steps.len(),
            rules::outliers(&profile.steps).len()
        ),
        whiskers: Vec::new(),
        tables: vec![
            Table {
                title: "Where the time went".to_owned(),
                columns: ["phase", "seconds", "share of the steps"]
                    .map(str::to_owned)
                    .into(),
                rows: phases,
            },
            Table {
                title: "Rules".to_owned(),
                columns: ["rule", "result"].map(str::to_owned).into(),
                rows: triggered.collect(),
            },
        ],
        charts: vec![
            chart(
                "Time of each update",
                "update",
                "seconds",
                vec![
                    steps("whole update", |step| step.total),
                    steps("forward", |step| step.forward),
                    steps("backward", |step| step.backward),
                    steps("optimizer", |step| step.optimizer),
                ],
            ),
            chart(
                "Processor use",
                "seconds since the start",
                "percent of all processors",
                vec![usage("processor", |usage| usage.cpu_percent)],
            ),
            chart(
                "Memory",
                "seconds since the start",
                "MB resident",
                vec![usage("memory", |usage| usage.memory_mb)],
            ),
        ],
    })
}
