//! An analysis of bias as pictures, tables and a page of its own.

use std::collections::BTreeMap;

use bias::{Metric, Stage};
use contracts::bias::{
    Analysis, Balanced, BalancingKind, BeforeAndAfter, BiasMetrics, FacetEvidence, MetricEvidence,
    Number,
};
use report::format::{count, percent};
use report::{BiasPage, BiasPicture, BiasSection, BiasState, BiasValue, Table, render_bias};

/// Lines of one picture: those of the values with the most rows.
const DRAWN: usize = 30;

pub fn page(analysis: &Analysis) -> String {
    render_bias(&values(analysis))
}

fn values(analysis: &Analysis) -> BiasPage {
    let evidence = &analysis.reviewloop;
    let told = stages(analysis).find_map(|(_, _, metrics)| metrics);
    let (label, positive) = told.map_or(("", ""), |it| {
        (it.label.as_str(), it.label_value_or_threshold.as_str())
    });
    let values: usize = evidence.facets.values().map(Vec::len).sum();
    let mut tiles = vec![
        (count(evidence.rows), "rows".to_owned()),
        (
            count(values as u64),
            "values of facets, each against all other rows".to_owned(),
        ),
    ];
    if evidence.rows_without_label > 0 {
        tiles.push((
            count(evidence.rows_without_label),
            "rows without a label, left out".to_owned(),
        ));
    }
    if let Some(balanced) = &evidence.balancing {
        tiles.push((
            format!("{:.0}", balanced.rows),
            format!("rows after balancing by {}", by(balanced)),
        ));
    }
    BiasPage {
        title: "Bias".to_owned(),
        summary: format!("The label {label} is positive if it is {positive}."),
        tiles,
        notes: notes(analysis),
        sections: sections(analysis, |_| true),
        tables: tables(&evidence.facets, evidence.balancing.as_ref()),
    }
}

/// A section for each facet before training, and one for it after training, with the metrics that are asked for.
pub fn sections(analysis: &Analysis, asked: impl Fn(Metric) -> bool) -> Vec<BiasSection> {
    let evidence = &analysis.reviewloop;
    let balanced = evidence.balancing.as_ref();
    let mut sections = Vec::new();
    for (facet, values) in &evidence.facets {
        let measured =
            |metrics: Option<&BiasMetrics>| metrics.is_some_and(|it| it.facets.contains_key(facet));
        for (stage, place, _) in stages(analysis).filter(|(_, _, metrics)| measured(*metrics)) {
            let after = |value: &str, metric: &str| after(balanced?, facet, value, metric);
            let metrics = Metric::of_stage(stage).filter(|metric| asked(*metric));
            sections.push(BiasSection {
                title: format!("{facet}: bias {place}"),
                metrics: pictures(metrics, values, &after),
            });
        }
    }
    sections
}

fn stages(
    analysis: &Analysis,
) -> impl Iterator<Item = (Stage, &'static str, Option<&BiasMetrics>)> {
    let (before, after) = (
        analysis.pre_training_bias_metrics.as_ref(),
        analysis.post_training_bias_metrics.as_ref(),
    );
    [
        (Stage::PreTraining, "in the data", before),
        (Stage::PostTraining, "in the model's answers", after),
    ]
    .into_iter()
}

fn notes(analysis: &Analysis) -> Vec<String> {
    let evidence = &analysis.reviewloop;
    let mut notes = vec![
        format!(
            "A line is the 95 % interval of {} bootstrap resamples; the firm upright is the value without bias.",
            count(evidence.resamples)
        ),
        format!(
            "With fewer than {} rows in a metric's smaller share there is too little to say, and no interval.",
            evidence.minimum_rows
        ),
        "In the formulas d is the facet and a are all other rows; a positive difference mostly favours the others."
            .to_owned(),
    ];
    if analysis.pre_training_bias_metrics.is_some() {
        notes.push("JS, KL, KS, LP and TVD are never below 0, so chance alone is above it: their colour is DPL's.".to_owned());
    }
    if evidence.flip_test_is_sampled {
        notes.push(format!(
            "The flip test compares {} of the rows, drawn by their content.",
            count(bias::MAXIMUM_FLIP_ROWS as u64)
        ));
    }
    if let Some(balanced) = &evidence.balancing {
        notes.extend(worse(balanced));
    }
    notes
}

/// What got worse, a sentence for each metric.
fn worse(balanced: &Balanced) -> Vec<String> {
    let mut named: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (facet, values) in &balanced.facets {
        for value in values {
            for metric in value.metrics.iter().filter(|it| it.is_worse) {
                let named = named.entry((facet, &metric.name)).or_default();
                named.push(&value.value_or_threshold);
            }
        }
    }
    if named.is_empty() {
        return vec![
            "Balancing moves no metric away from the value without bias beyond its interval."
                .to_owned(),
        ];
    }
    let sentence = |((facet, metric), values): ((&str, &str), Vec<&str>)| {
        format!(
            "Balancing makes {metric} worse, beyond its interval, for {facet} {}.",
            values.join(", ")
        )
    };
    named.into_iter().map(sentence).collect()
}

fn by(balanced: &Balanced) -> String {
    let facet = balanced.facet.as_deref().unwrap_or_default();
    match balanced.by {
        BalancingKind::Class => "class".to_owned(),
        BalancingKind::ClassAndFacet => format!("class and {facet}"),
        BalancingKind::Weights => format!("weights of class and {facet}"),
    }
}

fn after(balanced: &Balanced, facet: &str, value: &str, metric: &str) -> Option<f64> {
    let values = balanced.facets.get(facet)?;
    let value = values.iter().find(|it| it.value_or_threshold == value)?;
    let metric = value.metrics.iter().find(|it| it.name == metric)?;
    metric.after.map(Into::into)
}

fn pictures(
    metrics: impl Iterator<Item = Metric>,
    values: &[FacetEvidence],
    after: &impl Fn(&str, &str) -> Option<f64>,
) -> Vec<BiasPicture> {
    let mut largest: Vec<&FacetEvidence> = values.iter().collect();
    largest.sort_by_key(|value| std::cmp::Reverse(value.rows));
    largest.truncate(DRAWN);
    let picture = |metric: Metric| {
        let drawn = largest.iter().filter_map(|value| {
            let found = value.metrics.iter().find(|it| it.name == metric.name())?;
            let after = after(&value.value_or_threshold, metric.name());
            Some(BiasValue {
                name: value.value_or_threshold.clone(),
                value: found.value.map(Into::into),
                interval: found.interval.map(|[low, high]| (low.into(), high.into())),
                after,
                state: state(metric, found, value),
            })
        });
        let drawn: Vec<BiasValue> = drawn.collect();
        (!drawn.is_empty()).then(|| BiasPicture {
            title: format!("{} ({})", metric.title(), metric.name()),
            caption: match values.len().checked_sub(DRAWN) {
                Some(left @ 1..) => format!(
                    "{} The {left} smallest values are not drawn.",
                    meaning(metric)
                ),
                _ => meaning(metric).to_owned(),
            },
            neutral: metric.neutral(),
            values: drawn,
        })
    };
    metrics.filter_map(picture).collect()
}

/// A distance is judged by the difference that it is made of.
fn state(metric: Metric, found: &MetricEvidence, value: &FacetEvidence) -> BiasState {
    if found.too_few_to_say {
        return BiasState::TooFew;
    }
    let judge = if metric.is_distance() {
        Metric::DPL
    } else {
        metric
    };
    let judge = value
        .metrics
        .iter()
        .filter(|_| metric != Metric::GE)
        .find(|it| it.name == judge.name());
    let interval = judge.and_then(|judge| judge.interval);
    let leaves_out =
        |[low, high]: [Number; 2]| !(low.into()..=high.into()).contains(&metric.neutral());
    if interval.is_some_and(leaves_out) {
        BiasState::Biased
    } else {
        BiasState::Fair
    }
}

/// What the number says, for who does not know its formula.
fn meaning(metric: Metric) -> &'static str {
    match metric {
        Metric::CI => "How much rarer the facet's rows are: 1 is none, -1 is all.",
        Metric::DPL => "The others' share of positive labels less the facet's.",
        Metric::KL => "How far the labels' distribution is from the others', by entropy.",
        Metric::JS => "The same against the mean of both, at most 0.69.",
        Metric::LP => "The distance of the two distributions.",
        Metric::TVD => "Half of what the two distributions do not share.",
        Metric::KS => "The largest difference of a label's share.",
        Metric::CDDL => {
            "The facet's share of the rejected less its share of the accepted, within groups."
        }
        Metric::DPPL => "The others' share of positive predictions less the facet's.",
        Metric::DI => {
            "The facet's share of positive predictions over the others'; 1 is even, and below 0.8 is often called disparate."
        }
        Metric::DCA => "Positive labels per positive prediction: the others' less the facet's.",
        Metric::DCR => "Negative labels per negative prediction: the facet's less the others'.",
        Metric::DAR => "Precision of positive predictions: the others' less the facet's.",
        Metric::DRR => "Precision of negative predictions: the facet's less the others'.",
        Metric::RD => "Recall of positive labels: the others' less the facet's.",
        Metric::SD => "Recall of negative labels: the facet's less the others'.",
        Metric::AD => "Accuracy: the others' less the facet's.",
        Metric::TE => "False negatives per false positive: the facet's less the others'.",
        Metric::CDDPL => {
            "The facet's share of the rejected by the model less its share of the accepted, within groups."
        }
        Metric::FT => {
            "Rows that their nearest neighbours outside the facet would have lost, less those they would have won."
        }
        Metric::GE => "Inequality of the model's benefits over all rows, the same for each value.",
    }
}

fn tables(
    facets: &BTreeMap<String, Vec<FacetEvidence>>,
    balanced: Option<&Balanced>,
) -> Vec<Table> {
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let mut tables = Vec::new();
    for (facet, values) in facets {
        let rows = values.iter().map(|value| {
            let share = value.positive_rows as f64 / value.rows.max(1) as f64;
            let mut row = vec![
                value.value_or_threshold.clone(),
                count(value.rows),
                percent(share),
            ];
            row.extend(value.metrics.iter().map(|metric| number(metric.value)));
            row
        });
        let mut columns = texts(&[facet, "rows", "positive"]);
        columns.extend(
            values
                .iter()
                .take(1)
                .flat_map(|value| value.metrics.iter().map(|it| it.name.clone())),
        );
        tables.push(Table {
            title: format!("{facet}: all metrics"),
            columns,
            rows: rows.collect(),
        });
    }
    for (facet, values) in balanced.iter().flat_map(|balanced| &balanced.facets) {
        let worse = values.iter().flat_map(|value| {
            let worse = value
                .metrics
                .iter()
                .filter(|it: &&BeforeAndAfter| it.is_worse);
            worse.map(|it| {
                vec![
                    value.value_or_threshold.clone(),
                    it.name.clone(),
                    number(it.before),
                    number(it.after),
                ]
            })
        });
        let rows: Vec<Vec<String>> = worse.collect();
        if !rows.is_empty() {
            tables.push(Table {
                title: format!("{facet}: what balancing makes worse"),
                columns: texts(&["value", "metric", "before", "after"]),
                rows,
            });
        }
    }
    tables
}

fn number(number: Option<Number>) -> String {
    match number.map(f64::from) {
        None => "–".to_owned(),
        Some(value) if value.is_infinite() => if value > 0.0 { "∞" } else { "-∞" }.to_owned(),
        Some(value) => format!("{value:.4}"),
    }
}
