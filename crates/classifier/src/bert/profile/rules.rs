//! Lab 6's profiler rules. Those about devices that this program does not use say so instead of
//! reporting that nothing was found.

use serde_json::{Value, json};

use super::recorded::{Record, StepTime};

/// Standard deviations above the mean from which a step is an outlier, SageMaker's default.
const OUTLIER_DEVIATIONS: f64 = 3.0;
/// Minutes until the first step, SageMaker's default.
const LONGEST_INITIALIZATION: f64 = 20.0;
/// Percent of the steps' time that may go into laying out batches.
const MOST_DATA: f64 = 10.0;

const NO_GPU: &str = "not applicable: training runs on the CPU, there is no GPU to watch";
const NO_IO: &str =
    "not applicable: all rows are in memory before the first step, no step waits for a disk";

/// Each rule's name and file.
pub fn reports(profile: &Record) -> Vec<(&'static str, Value)> {
    let absent = [
        ("BatchSize", NO_GPU),
        ("CPUBottleneck", NO_GPU),
        ("GPUMemoryIncrease", NO_GPU),
        ("IOBottleneck", NO_IO),
        ("LoadBalancing", NO_GPU),
        ("LowGPUUtilization", NO_GPU),
    ];
    let mut reports: Vec<_> = absent
        .into_iter()
        .map(|(rule, why)| (rule, report(0, 0, "", json!({ "not_applicable": why }))))
        .collect();
    reports.push(("Dataloader", dataloader(profile)));
    reports.push(("MaxInitializationTime", max_initialization_time(profile)));
    reports.push((
        "OverallFrameworkMetrics",
        overall_framework_metrics(profile),
    ));
    reports.push(("OverallSystemUsage", overall_system_usage(profile)));
    reports.push(("StepOutlier", step_outlier(profile)));
    reports
}

fn report(violations: usize, datapoints: usize, parameters: &str, details: Value) -> Value {
    json!({
        "RuleTriggered": violations,
        "Violations": violations,
        "Details": details,
        "Datapoints": datapoints,
        "RuleParameters": parameters,
    })
}

/// Steps whose time is far above the others'.
pub fn outliers(steps: &[StepTime]) -> Vec<usize> {
    let times = Distribution::of(steps.iter().map(|step| step.total));
    let bound = times.mean + OUTLIER_DEVIATIONS * times.deviation;
    let steps = steps.iter().enumerate();
    steps
        .filter(|(_, step)| step.total > bound)
        .map(|(place, _)| place)
        .collect()
}

fn step_outlier(profile: &Record) -> Value {
    let outliers = outliers(&profile.steps);
    let times = Distribution::of(profile.steps.iter().map(|step| step.total));
    report(
        outliers.len(),
        profile.steps.len(),
        &format!("stddev:{OUTLIER_DEVIATIONS}"),
        json!({ "step_seconds": times.json(), "outliers": outliers }),
    )
}

fn dataloader(profile: &Record) -> Value {
    let share = percent(
        sum(profile, |step| step.data),
        sum(profile, |step| step.total),
    );
    report(
        usize::from(share > MOST_DATA),
        profile.steps.len(),
        &format!("max_percent:{MOST_DATA}"),
        json!({ "data_percent": share }),
    )
}

fn max_initialization_time(profile: &Record) -> Value {
    let minutes = profile.initialization / 60.0;
    report(
        usize::from(minutes > LONGEST_INITIALIZATION),
        1,
        &format!("threshold:{LONGEST_INITIALIZATION}"),
        json!({ "initialization_seconds": profile.initialization }),
    )
}

fn overall_framework_metrics(profile: &Record) -> Value {
    let total = sum(profile, |step| step.total);
    let phases = phases(profile).map(|(name, seconds)| {
        let share = percent(seconds, total);
        (
            name.to_owned(),
            json!({ "seconds": seconds, "percent_of_steps": share }),
        )
    });
    report(
        0,
        profile.steps.len(),
        "",
        json!({
            "initialization_seconds": profile.initialization,
            "steps_seconds": total,
            "validation_seconds": profile.validation,
            "phases": serde_json::Map::from_iter(phases),
        }),
    )
}

/// Seconds of all steps by what they went into.
pub fn phases(profile: &Record) -> [(&'static str, f64); 5] {
    let [data, forward, backward, optimizer] = [
        sum(profile, |step| step.data),
        sum(profile, |step| step.forward),
        sum(profile, |step| step.backward),
        sum(profile, |step| step.optimizer),
    ];
    let other = sum(profile, |step| step.total) - data - forward - backward - optimizer;
    [
        ("data", data),
        ("forward", forward),
        ("backward", backward),
        ("optimizer", optimizer),
        ("other", other.max(0.0)),
    ]
}

fn overall_system_usage(profile: &Record) -> Value {
    let usage = &profile.usage;
    let cpu = Distribution::of(usage.iter().map(|usage| usage.cpu_percent));
    let memory = Distribution::of(usage.iter().map(|usage| usage.memory_mb));
    report(
        0,
        usage.len(),
        "",
        json!({ "CPU": cpu.json(), "CPU memory": memory.json(), "GPU": NO_GPU, "I/O": NO_IO }),
    )
}

fn sum(profile: &Record, of: impl Fn(&StepTime) -> f64) -> f64 {
    // Adding to 0 and not to the -0 that an empty sum begins with.
    profile
        .steps
        .iter()
        .map(of)
        .fold(0.0, |sum, seconds| sum + seconds)
}

fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 {
        100.0 * part / whole
    } else {
        0.0
    }
}

struct Distribution {
    sorted: Vec<f64>,
    mean: f64,
    deviation: f64,
}

impl Distribution {
    fn of(values: impl Iterator<Item = f64>) -> Distribution {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_by(f64::total_cmp);
        let count = sorted.len().max(1) as f64;
        let mean = sorted.iter().sum::<f64>() / count;
        let squares = sorted.iter().map(|value| (value - mean).powi(2));
        Distribution {
            deviation: (squares.sum::<f64>() / count).sqrt(),
            mean,
            sorted,
        }
    }

    /// The value below which this share of the values lies.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in the list"
    )]
    fn quantile(&self, share: f64) -> Option<f64> {
        let last = self.sorted.len().checked_sub(1)?;
        Some(self.sorted[(share * last as f64).round() as usize])
    }

    fn json(&self) -> Value {
        json!({
            "mean": self.mean,
            "min": self.quantile(0.0),
            "p50": self.quantile(0.5),
            "p95": self.quantile(0.95),
            "p99": self.quantile(0.99),
            "max": self.quantile(1.0),
        })
    }
}
