//! `analysis.json` from the measured metrics.

use std::collections::BTreeMap;

use ::bias::{MINIMUM_ROWS, Measured, Metric, RESAMPLES, SEED, Stage, ValueMetrics};
use contracts::bias::{
    Analysis, Balanced, BalancedFacet, BeforeAndAfter, BiasEvidence, BiasMetric, BiasMetrics,
    FacetEvidence, FacetMetrics, MetricEvidence,
};

use super::count::{self, Found};
use super::question::Question;

/// The version of the layout, which is Clarify's.
const VERSION: &str = "1.0";

/// An analysis without metrics, and the reason why there are none.
pub fn of_nothing(unmeasured: String) -> Analysis {
    Analysis {
        version: VERSION.to_owned(),
        pre_training_bias_metrics: None,
        post_training_bias_metrics: None,
        reviewloop: BiasEvidence {
            rows: 0,
            rows_without_label: 0,
            minimum_rows: whole(MINIMUM_ROWS),
            resamples: RESAMPLES,
            seed: SEED,
            flip_test_is_sampled: false,
            facets: BTreeMap::new(),
            balancing: None,
            unmeasured: Some(unmeasured),
        },
    }
}

pub fn analysis(question: &Question, found: &Found) -> Analysis {
    let stage = |stage| {
        let has_any = question
            .metrics
            .iter()
            .any(|metric| metric.stage() == stage);
        has_any.then(|| BiasMetrics {
            label: question.plan.label.clone(),
            label_value_or_threshold: found.tallied.positive.clone(),
            facets: by_facet(question, &found.facets, |value| FacetMetrics {
                value_or_threshold: value.value.clone(),
                metrics: value
                    .metrics
                    .iter()
                    .filter(|it| it.metric.stage() == stage)
                    .map(metric)
                    .collect(),
            }),
        })
    };
    Analysis {
        version: VERSION.to_owned(),
        pre_training_bias_metrics: stage(Stage::PreTraining),
        post_training_bias_metrics: stage(Stage::PostTraining),
        reviewloop: BiasEvidence {
            rows: found.tallied.rows,
            rows_without_label: found.tallied.without_label,
            minimum_rows: whole(MINIMUM_ROWS),
            resamples: RESAMPLES,
            seed: SEED,
            flip_test_is_sampled: found.flip_test_is_sampled,
            facets: by_facet(question, &found.facets, |value| FacetEvidence {
                value_or_threshold: value.value.clone(),
                rows: whole(value.split.facet.all()),
                positive_rows: whole(value.split.facet.labelled(true)),
                metrics: value.metrics.iter().map(evidence).collect(),
            }),
            balancing: found
                .balanced
                .as_ref()
                .map(|balanced| balancing(question, found, balanced)),
            unmeasured: None,
        },
    }
}

/// Facets of one column stand together, as in Clarify's.
fn by_facet<T>(
    question: &Question,
    facets: &[Vec<ValueMetrics>],
    mut of: impl FnMut(&ValueMetrics) -> T,
) -> BTreeMap<String, Vec<T>> {
    let mut named: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (facet, values) in question.plan.facets.iter().zip(facets) {
        named
            .entry(facet.name.clone())
            .or_default()
            .extend(values.iter().map(&mut of));
    }
    named
}

fn metric(measured: &Measured) -> BiasMetric {
    let Measured { metric, value, .. } = measured;
    BiasMetric {
        name: metric.name().to_owned(),
        description: format!("{} ({})", metric.title(), metric.name()),
        value: value.ok().map(Into::into),
        error: value.err().map(str::to_owned),
    }
}

fn evidence(measured: &Measured) -> MetricEvidence {
    MetricEvidence {
        name: measured.metric.name().to_owned(),
        value: measured.value.ok().map(Into::into),
        interval: measured
            .interval
            .map(|(low, high)| [low.into(), high.into()]),
        support: whole(measured.support),
        too_few_to_say: measured.is_too_few(),
    }
}

fn balancing(question: &Question, found: &Found, balanced: &count::Balanced) -> Balanced {
    let mut facets: BTreeMap<String, Vec<BalancedFacet>> = BTreeMap::new();
    let mut worse = Vec::new();
    for ((facet, before), after) in question
        .plan
        .facets
        .iter()
        .zip(&found.facets)
        .zip(&balanced.facets)
    {
        for before in before {
            // Balancing may leave none of a value's rows.
            let after = after.iter().find(|after| after.value == before.value);
            let metrics: Vec<BeforeAndAfter> = before
                .metrics
                .iter()
                .filter_map(|it| compared(it, after))
                .collect();
            let is_worse = metrics.iter().filter(|it| it.is_worse);
            worse.extend(
                is_worse.map(|it| format!("{} of {}: {}", it.name, facet.name, before.value)),
            );
            facets
                .entry(facet.name.clone())
                .or_default()
                .push(BalancedFacet {
                    value_or_threshold: before.value.clone(),
                    rows: after.map_or(0.0, |after| after.split.facet.all()),
                    metrics,
                });
        }
    }
    let first = balanced.facets.first().and_then(|values| values.first());
    Balanced {
        by: balanced.by,
        facet: (balanced.by != contracts::bias::BalancingKind::Class)
            .then(|| balanced.facet.clone()),
        rows: first.map_or(0.0, |value| {
            value.split.facet.all() + value.split.others.all()
        }),
        facets,
        worse,
    }
}

/// None for the flip test, which needs the rows again.
fn compared(before: &Measured, after: Option<&ValueMetrics>) -> Option<BeforeAndAfter> {
    if before.metric == Metric::FT {
        return None;
    }
    let after = after.and_then(|after| after.metrics.iter().find(|it| it.metric == before.metric));
    let value = after.and_then(|after| after.value.ok());
    let is_too_few = after.is_none_or(Measured::is_too_few);
    Some(BeforeAndAfter {
        name: before.metric.name().to_owned(),
        before: before.value.ok().map(Into::into),
        after: value.map(Into::into),
        is_worse: !is_too_few && value.is_some_and(|after| is_worse(before, after)),
    })
}

/// Further from no bias, and by more than the rows' chance: outside the interval that the metric had.
fn is_worse(before: &Measured, after: f64) -> bool {
    let (Ok(value), Some((low, high))) = (before.value, before.interval) else {
        return false;
    };
    let distance = |value: f64| (value - before.metric.neutral()).abs();
    distance(after) > distance(value) && !(low..=high).contains(&after)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of rows"
)]
fn whole(rows: f64) -> u64 {
    rows as u64
}
