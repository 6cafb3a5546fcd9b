//! The guardrails of a challenger that gets requests: its errors, its latency beside the champion's, and, where its answers
//! reach predict, whether it is unsure where the champion is sure.
//!
//! They look at the time since the challenger has its share: requests of another share are another mixture of callers.

use anyhow::Result;
use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};
use contracts::moment::Moment;
use policy::hosting::Place;
use rollout::guardrails::{self, Counted, Finding, Latency, Limits, SLOWEST};
use rollout::quantile::places;

use crate::Deps;
use crate::metrics::{Asked, Source, Window};

pub async fn look(deps: &Deps, since: Moment, place: Place) -> Result<Vec<Finding>> {
    let limits = Limits::default();
    let window = Window::of(since, deps);
    let challenger = Slot::look(deps, &window, CHALLENGER_VARIANT).await?;
    let champion = Slot::look(deps, &window, CHAMPION_VARIANT).await?;
    let slow = [
        challenger.latency(deps, &window, &limits).await?,
        champion.latency(deps, &window, &limits).await?,
    ];
    let mut findings = vec![
        guardrails::errors(&limits, challenger.failed),
        guardrails::latency(&limits, slow[0], slow[1]),
    ];
    if place == Place::Production {
        let unsure = guardrails::garbage(&limits, challenger.unsure, champion.unsure);
        findings.push(unsure);
    }
    Ok(findings)
}

/// What is counted of a variant.
struct Slot {
    variant: &'static str,
    failed: Counted,
    unsure: Counted,
    /// Answers with a latency.
    timed: u64,
}

impl Slot {
    async fn look(deps: &Deps, window: &Window, variant: &'static str) -> Result<Self> {
        let asked = [
            ("requests", Source::SageMaker, "Invocations", "Sum"),
            ("errors", Source::SageMaker, "InvocationModelErrors", "Sum"),
            ("refused", Source::SageMaker, "Invocation4XXErrors", "Sum"),
            ("timed", Source::SageMaker, "ModelLatency", "SampleCount"),
            ("answers", Source::Predict, "Answers", "Sum"),
            ("unsure", Source::Predict, "UnsureAnswers", "Sum"),
        ];
        let asked = asked.map(|(id, source, metric, statistic)| Asked {
            id: id.to_owned(),
            source,
            variant,
            metric,
            statistic: statistic.to_owned(),
        });
        let counts = window.ask(deps, &asked).await?;
        let count = |id: &str| {
            counts
                .get(id)
                .map_or(0, |values| whole(values.iter().sum()))
        };
        // What a model refuses is its caller's fault; a metric may come before another one.
        let requests = count("requests");
        let failed = count("errors").saturating_sub(count("refused"));
        let answers = count("answers");
        Ok(Self {
            variant,
            failed: Counted {
                count: failed.min(requests),
                of: requests,
            },
            unsure: Counted {
                count: count("unsure").min(answers),
                of: answers,
            },
            timed: count("timed"),
        })
    }

    /// The values between which the slowest lie, by CloudWatch's percentiles.
    async fn latency(&self, deps: &Deps, window: &Window, limits: &Limits) -> Result<Latency> {
        let places = places(self.timed, SLOWEST, limits.alpha / 2.0);
        let sides = [("low", places.low), ("high", places.high)];
        let asked = sides.iter().filter_map(|(side, place)| {
            let place = (*place)?;
            let percent = 100.0 * place as f64 / self.timed as f64;
            Some(Asked {
                id: (*side).to_owned(),
                source: Source::SageMaker,
                variant: self.variant,
                metric: "ModelLatency",
                statistic: if place == self.timed {
                    "Maximum".to_owned()
                } else {
                    format!("p{percent:.6}")
                },
            })
        });
        let asked: Vec<Asked> = asked.collect();
        let found = window.ask(deps, &asked).await?;
        let milliseconds = |side: &str| {
            let microseconds = found.get(side).into_iter().flatten();
            microseconds.map(|value| value / 1000.0)
        };
        Ok(Latency {
            of: self.timed,
            // An interval that spans both halves of a window that was cut.
            low: milliseconds("low").reduce(f64::min),
            high: milliseconds("high").reduce(f64::max),
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count"
)]
fn whole(sum: f64) -> u64 {
    sum.max(0.0).round() as u64
}
