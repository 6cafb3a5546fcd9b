//! How far apart the values of the facets are, by the difference in positive predictions, or in positive labels.

use bias::Metric;
use contracts::bias::{FacetEvidence, MetricEvidence};

use super::answer::{Answer, done};
use crate::status::facts::Facts;

pub fn answer(facts: &Facts) -> Option<Answer> {
    let (analysis, newest) = (facts.bias.as_ref()?, facts.packages.first()?);
    let metric = match analysis.post_training_bias_metrics {
        Some(_) => Metric::DPPL,
        None => Metric::DPL,
    };
    let facets = &analysis.reviewloop.facets;
    let values = facets
        .iter()
        .flat_map(|(facet, values)| values.iter().map(move |value| (facet.as_str(), value)));
    let said = values.clone().filter_map(|(facet, value)| {
        let evidence = enough(value, metric)?;
        Some((facet, value, f64::from(evidence.value?), evidence))
    });
    let widest = said.max_by(|one, other| one.2.abs().total_cmp(&other.2.abs()));
    let mut answer = done(format!(
        "version {}: {} values of {} compared with all other rows",
        newest.version,
        values.count(),
        facets.keys().cloned().collect::<Vec<_>>().join(", ")
    ));
    let unmeasured = &analysis.reviewloop.unmeasured;
    let unmeasured = unmeasured.as_ref();
    let unmeasured = unmeasured.map_or(String::new(), |why| format!("; not measured: {why}"));
    let widest = match widest {
        None => format!("{}: too few rows to say for any value", metric.name()),
        Some((facet, value, difference, evidence)) => format!(
            "{} is largest for {facet} {}: {difference:+.3}{}",
            metric.name(),
            value.value_or_threshold,
            interval(evidence)
        ),
    };
    answer.evidence = Some(widest + &unmeasured);
    Some(answer)
}

fn enough(value: &FacetEvidence, metric: Metric) -> Option<&MetricEvidence> {
    let mut metrics = value.metrics.iter();
    metrics.find(|it| it.name == metric.name() && !it.too_few_to_say)
}

fn interval(evidence: &MetricEvidence) -> String {
    evidence.interval.map_or(String::new(), |[low, high]| {
        let (low, high) = (f64::from(low), f64::from(high));
        format!(" ({low:+.3} to {high:+.3})")
    })
}
