use contracts::run::RunState;

use super::answer::{Answer, done, waits};
use crate::status::facts::{Facts, Training};

pub fn answer(facts: &Facts) -> Answer {
    let Some(run) = &facts.run else {
        return waits("no run", "upload data to start the first run");
    };
    let state = |word: &str| {
        format!(
            "dataset version {}, attempt {}: {word}",
            run.version, run.attempt
        )
    };
    match (&run.state, &facts.execution) {
        (RunState::Succeeded, _) => done(state("Succeeded")),
        (RunState::Stuck { reason }, _) => waits(
            state("stuck"),
            format!(
                "{reason}; once that is mended: {}",
                facts.command("reviewloop start")
            ),
        ),
        (RunState::Active, None) => waits(
            state("starting"),
            "the execution has no ARN yet; start-pipeline repeats its call",
        ),
        (RunState::Active, Some(execution)) => {
            let reason = match (execution.status.as_str(), &execution.step) {
                ("Executing", Some(step)) => {
                    format!("step {step} runs{}", progress(execution.training.as_ref()))
                }
                ("Executing", None) => "its first step starts".to_owned(),
                ("Failed" | "Stopped", Some(step)) => {
                    format!(
                        "step {step} ended it; watch-pipeline retries it or start-pipeline gives it up"
                    )
                }
                _ => "start-pipeline has not noted its end yet; reconcile will retry it".to_owned(),
            };
            waits(state(&execution.status), reason)
        }
    }
}

/// How far a training is, in SageMaker's words.
fn progress(training: Option<&Training>) -> String {
    let Some(training) = training else {
        return String::new();
    };
    let metrics = training.metrics.iter();
    let metrics = metrics.map(|(name, value)| format!(", {name} {value:.3}"));
    format!(": {}{}", training.status, metrics.collect::<String>())
}
