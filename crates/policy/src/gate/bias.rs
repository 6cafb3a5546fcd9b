//! Limits of bias. What is beyond one, and what cannot be held against one, is a person's to decide: a metric of bias
//! says that rows differ, not why, so it rejects no model.

use contracts::bias::{Analysis, BiasMetrics, MetricEvidence};
use contracts::verdict::{Check, Decision};

use super::check::check;

/// Bounds of metrics, e.g. `DPPL=-0.1..0.1,DI=0.8..1.25`; each holds for every value of every facet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BiasLimits(Vec<Limit>);

#[derive(Debug, Clone, PartialEq)]
struct Limit {
    metric: String,
    low: f64,
    high: f64,
}

impl BiasLimits {
    /// Empty: none.
    ///
    /// # Errors
    /// A sentence that quotes what is wrong.
    pub fn parse(text: &str) -> Result<BiasLimits, String> {
        let parts = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let limits: Vec<Limit> = parts.map(limit).collect::<Result<_, _>>()?;
        let is_twice = |place: usize| {
            limits[..place]
                .iter()
                .any(|limit| limit.metric == limits[place].metric)
        };
        match (0..limits.len()).find(|place| is_twice(*place)) {
            Some(place) => Err(format!("{} has two limits of bias", limits[place].metric)),
            None => Ok(BiasLimits(limits)),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn limit(text: &str) -> Result<Limit, String> {
    let wrong =
        || format!("{text:?} is no limit of bias: write METRIC=LOW..HIGH, such as DI=0.8..1.25");
    let (metric, bounds) = text.split_once('=').ok_or_else(wrong)?;
    let (low, high) = bounds.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str| {
        text.trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
    };
    let (Some(low), Some(high)) = (number(low), number(high)) else {
        return Err(wrong());
    };
    let metric = metric.trim();
    if metric.is_empty() || low > high {
        return Err(wrong());
    }
    Ok(Limit {
        metric: metric.to_owned(),
        low,
        high,
    })
}

/// A check for each limit; none without limits. An analysis that cannot be read is a doubt about all of them.
pub fn bias(limits: &BiasLimits, analysis: Result<&Analysis, String>) -> Vec<Check> {
    let analysis = match analysis {
        _ if limits.is_empty() => return Vec::new(),
        Ok(analysis) => analysis,
        Err(reason) => return vec![check("bias", Decision::Inconclusive, reason)],
    };
    limits.0.iter().map(|limit| held(limit, analysis)).collect()
}

fn held(limit: &Limit, analysis: &Analysis) -> Check {
    let Limit { metric, low, high } = limit;
    let facets = facets(metric, analysis);
    if facets.is_empty() {
        let why = analysis.reviewloop.unmeasured.as_ref();
        let why = why.map_or(String::new(), |why| format!(": {why}"));
        let reason = format!("{metric} is not in the analysis of bias{why}");
        return check("bias", Decision::Inconclusive, reason);
    }
    let (mut beyond, mut unknown) = (Vec::new(), Vec::new());
    for (name, evidence) in &facets {
        match evidence.and_then(|evidence| Some((f64::from(evidence.value?), evidence))) {
            Some((_, evidence)) if evidence.too_few_to_say => unknown.push(name.as_str()),
            Some((value, _)) if (*low..=*high).contains(&value) => {}
            Some((value, evidence)) => {
                beyond.push(format!("{name} {value:.3}{}", interval(evidence)))
            }
            None => unknown.push(name),
        }
    }
    let bounds = format!("{low} to {high}");
    let mut reasons = Vec::new();
    if !beyond.is_empty() {
        reasons.push(format!(
            "{metric} is not within {bounds} for {}",
            beyond.join(", ")
        ));
    }
    if !unknown.is_empty() {
        reasons.push(format!(
            "{metric} has too little evidence for {}",
            unknown.join(", ")
        ));
    }
    if reasons.is_empty() {
        let reason = format!(
            "{metric} is within {bounds} for all {} values",
            facets.len()
        );
        return check("bias", Decision::Approved, reason);
    }
    check("bias", Decision::Inconclusive, reasons.join("; "))
}

/// Every value of every facet of which the metric was asked, with what is known of it.
fn facets<'a>(metric: &str, analysis: &'a Analysis) -> Vec<(String, Option<&'a MetricEvidence>)> {
    let stages = [
        &analysis.pre_training_bias_metrics,
        &analysis.post_training_bias_metrics,
    ];
    let asked = stages
        .into_iter()
        .flatten()
        .flat_map(|stage: &BiasMetrics| &stage.facets);
    let values = asked.flat_map(|(facet, values)| values.iter().map(move |value| (facet, value)));
    let values = values.filter(|(_, value)| value.metrics.iter().any(|it| it.name == metric));
    let evidence = |(facet, value): (&'a String, &'a contracts::bias::FacetMetrics)| {
        let known = analysis.reviewloop.facets.get(facet)?;
        // Before training and after it.
        let known = known
            .iter()
            .filter(|it| it.value_or_threshold == value.value_or_threshold);
        let mut metrics = known.flat_map(|it| &it.metrics);
        metrics.find(|it| it.name == metric)
    };
    let named = values.map(|(facet, value)| {
        let name = format!("{facet} {}", value.value_or_threshold);
        (name, evidence((facet, value)))
    });
    named.collect()
}

fn interval(evidence: &MetricEvidence) -> String {
    let interval = evidence.interval.map(|bounds| bounds.map(f64::from));
    interval.map_or(String::new(), |[low, high]| {
        format!(" ({low:.3} to {high:.3})")
    })
}

#[cfg(test)]
mod tests {
    use contracts::bias::Analysis;
    use serde_json::{Value, json};

    use super::*;

    /// DI of two regions.
    fn analysis(values: [(Value, bool); 2]) -> Analysis {
        let name = ["north", "south"];
        let places = || name.iter().zip(&values);
        let metrics = places().map(|(name, (value, _))| {
            json!({"value_or_threshold": name, "metrics": [{"name": "DI", "description": "", "value": value}]})
        });
        let evidence = places().map(|(name, (value, few))| {
            let interval = if *few { Value::Null } else { json!([0.5, 1.5]) };
            json!({"value_or_threshold": name, "rows": 100, "positive_rows": 50, "metrics": [
                {"name": "DI", "value": value, "interval": interval, "support": 50, "too_few_to_say": few}
            ]})
        });
        let analysis = json!({
            "version": "1.0",
            "post_training_bias_metrics": {
                "label": "bought", "label_value_or_threshold": "1",
                "facets": {"region": metrics.collect::<Vec<_>>()},
            },
            "reviewloop": {
                "rows": 200, "rows_without_label": 0, "minimum_rows": 30, "resamples": 2000, "seed": 42,
                "flip_test_is_sampled": false, "facets": {"region": evidence.collect::<Vec<_>>()},
            },
        });
        serde_json::from_value(analysis).unwrap()
    }

    #[track_caller]
    fn check(limits: &str, values: [(Value, bool); 2], decision: Decision, reason: &str) {
        let limits = BiasLimits::parse(limits).unwrap();
        let checks = bias(&limits, Ok(&analysis(values)));
        let found: Vec<_> = checks
            .iter()
            .map(|it| (it.decision, it.reason.as_str()))
            .collect();
        assert_eq!(found, [(decision, reason)]);
    }

    #[test]
    fn what_is_beyond_a_limit_or_unknown_asks_a_person() {
        let even = || (json!(0.9), false);
        let limits = "DI = 0.8..1.25";
        check(
            limits,
            [even(), even()],
            Decision::Approved,
            "DI is within 0.8 to 1.25 for all 2 values",
        );
        check(
            limits,
            [even(), (json!(0.7), false)],
            Decision::Inconclusive,
            "DI is not within 0.8 to 1.25 for region south 0.700 (0.500 to 1.500)",
        );
        check(
            limits,
            [(json!("Infinity"), false), (Value::Null, false)],
            Decision::Inconclusive,
            "DI is not within 0.8 to 1.25 for region north inf (0.500 to 1.500); \
             DI has too little evidence for region south",
        );
        check(
            limits,
            [even(), (json!(0.9), true)],
            Decision::Inconclusive,
            "DI has too little evidence for region south",
        );
        check(
            "RD=-1..1",
            [even(), even()],
            Decision::Inconclusive,
            "RD is not in the analysis of bias",
        );
    }

    #[test]
    fn without_limits_nothing_is_asked_and_without_an_analysis_a_person_is() {
        let missing = || Err("there is no analysis of bias".to_owned());
        assert_eq!(bias(&BiasLimits::default(), missing()), []);
        let checks = bias(
            &BiasLimits::parse("DI=0.8..1.25,AD=-1..1").unwrap(),
            missing(),
        );
        assert_eq!(checks.len(), 1);
        assert_eq!(checks[0].decision, Decision::Inconclusive);
    }

    #[test]
    fn an_analysis_without_metrics_says_why() {
        let mut analysis = analysis([(json!(1), false), (json!(1), false)]);
        analysis.post_training_bias_metrics = None;
        analysis.reviewloop.unmeasured = Some("no row has an age".to_owned());
        let limits = BiasLimits::parse("DI=0.8..1.25").unwrap();
        let [check] = &bias(&limits, Ok(&analysis))[..] else {
            panic!("one limit")
        };
        assert_eq!(check.decision, Decision::Inconclusive);
        assert_eq!(
            check.reason,
            "DI is not in the analysis of bias: no row has an age"
        );
    }

    #[test]
    fn a_limit_that_is_none_is_refused_by_name() {
        assert_eq!(BiasLimits::parse(" ").unwrap(), BiasLimits::default());
        for wrong in [
            "DI",
            "DI=0.8",
            "DI=a..b",
            "DI=2..1",
            "=0..1",
            "DI=0..inf",
            "DI=0..NaN",
        ] {
            let error = BiasLimits::parse(wrong).unwrap_err();
            assert!(error.contains(&format!("{wrong:?}")), "{error}");
        }
        let error = BiasLimits::parse("DI=0..1,DI=0..2").unwrap_err();
        assert_eq!(error, "DI has two limits of bias");
    }
}
