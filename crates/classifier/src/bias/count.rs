//! The passes over the rows: one that counts, and two more where the rows are balanced.

use ::bias::{
    Draw, FlipTest, Measured, Metric, RESAMPLES, Row, Tallied, Tally, ValueMetrics, measure,
};
use anyhow::{Context, Result};
use contracts::bias::BalancingKind;
use policy::split::fraction;

use super::question::{Question, balancing};
use crate::data::Data;

/// What was found, by facet.
#[derive(Debug)]
pub struct Found {
    pub tallied: Tallied,
    pub facets: Vec<Vec<ValueMetrics>>,
    pub flip_test_is_sampled: bool,
    pub balanced: Option<Balanced>,
}

#[derive(Debug)]
pub struct Balanced {
    pub by: BalancingKind,
    pub facet: String,
    /// The same facets, without intervals.
    pub facets: Vec<Vec<ValueMetrics>>,
}

/// Counts the rows and computes the metrics of the plan.
pub fn count(data: &Data, question: &Question) -> Result<Found> {
    let columns = Layout::new(data, question)?;
    let mut tally = Tally::new(&question.plan);
    let mut flips = question
        .has_flip_test()
        .then(|| FlipTest::new(columns.features()));
    data.each(&columns.names, |values| {
        columns.row(values, |row| tally.add(row));
        if let Some(flips) = flips.as_mut().filter(|flips| flips.is_possible()) {
            flips.add(
                content("flip", values),
                &values[columns.labels..],
                columns.predicted(values),
            );
        }
    })?;
    let tallied = tally.finish()?;
    let counted: Vec<Metric> = question
        .metrics
        .iter()
        .copied()
        .filter(|it| *it != Metric::FT)
        .collect();
    let mut facets: Vec<Vec<ValueMetrics>> = tallied
        .facets
        .iter()
        .map(|facet| measure(facet, &counted, RESAMPLES))
        .collect();
    if let Some(flips) = &flips {
        for (place, values) in facets.iter_mut().enumerate() {
            let column = columns.facets[place] - columns.labels;
            let tests = flips.measure(&tally, place, column, RESAMPLES);
            values
                .iter_mut()
                .zip(tests)
                .for_each(|(value, test)| insert(&mut value.metrics, test));
        }
    }
    let balanced = question
        .balancing
        .map(|(by, facet)| balance(data, &columns, &tally, by, facet));
    let balanced = balanced.transpose()?.map(|(by, facet, tallied)| Balanced {
        by,
        facet: question.plan.facets[facet].name.clone(),
        facets: tallied
            .facets
            .iter()
            .map(|facet| measure(facet, &counted, 0))
            .collect(),
    });
    Ok(Found {
        flip_test_is_sampled: flips.is_some_and(|flips| flips.is_possible() && flips.is_sample()),
        tallied,
        facets,
        balanced,
    })
}

fn insert(metrics: &mut Vec<Measured>, test: Measured) {
    let place = metrics
        .partition_point(|it| (it.metric.stage(), it.metric) < (test.metric.stage(), test.metric));
    metrics.insert(place, test);
}

fn balance(
    data: &Data,
    columns: &Layout,
    tally: &Tally,
    by: BalancingKind,
    facet: usize,
) -> Result<(BalancingKind, usize, Tallied)> {
    let stratum = |values: &[String]| tally.stratum(facet, &values[columns.facets[facet]]);
    let mut draw = Draw::new(balancing(by));
    data.each(&columns.names, |values| {
        if columns.is_labelled(values) {
            draw.add(
                tally.class(&values[0]),
                stratum(values),
                content("balance", values),
            );
        }
    })?;
    let mut kept = draw.finish();
    let mut after = tally.again();
    data.each(&columns.names, |values| {
        if !columns.is_labelled(values) {
            return;
        }
        let weight = kept.weight(
            tally.class(&values[0]),
            stratum(values),
            content("balance", values),
        );
        if weight > 0.0 {
            columns.row(values, |row| after.add_weighted(row, weight));
        }
    })?;
    let tallied = after.finish().context("after balancing")?;
    Ok((by, facet, tallied))
}

/// A number from 0 to 1 by the row's content: the same for the same row, whatever the order of the
/// rows.
fn content(purpose: &str, values: &[String]) -> f64 {
    fraction(purpose, &values.join("\u{1f}"))
}

/// The meaning of each value that is read.
struct Layout {
    /// The label, the predicted label if there is one, the other columns that are asked about, all others if they
    /// are needed.
    names: Vec<String>,
    /// How many are labels.
    labels: usize,
    facets: Vec<usize>,
    group: Option<usize>,
}

impl Layout {
    fn new(data: &Data, question: &Question) -> Result<Layout> {
        let mut names = question.columns();
        if question.needs_whole_rows() {
            for (name, _) in data.columns()? {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let labels = 1 + usize::from(question.plan.predicted_label.is_some());
        let place = |wanted: &String| {
            let place = names.iter().position(|name| name == wanted);
            place.filter(|place| *place >= labels).with_context(|| {
                format!("column {wanted:?} cannot be a label and a facet or group variable as well")
            })
        };
        let facets = question.plan.facets.iter().map(|facet| place(&facet.name));
        Ok(Layout {
            facets: facets.collect::<Result<_>>()?,
            group: question.plan.group.as_ref().map(place).transpose()?,
            labels,
            names,
        })
    }

    fn features(&self) -> usize {
        self.names.len() - self.labels
    }

    fn predicted<'a>(&self, values: &'a [String]) -> &'a str {
        if self.labels > 1 { &values[1] } else { "" }
    }

    fn is_labelled(&self, values: &[String]) -> bool {
        values[..self.labels].iter().all(|label| !label.is_empty())
    }

    fn row(&self, values: &[String], add: impl FnOnce(&Row<'_, &str>)) {
        const FEW: usize = 8;
        let group = self.group.map_or("", |place| values[place].as_str());
        // No allocation per row for as many facets as people ask about.
        let (mut few, many);
        let facets = if self.facets.len() <= FEW {
            few = [""; FEW];
            few.iter_mut()
                .zip(&self.facets)
                .for_each(|(value, place)| *value = &values[*place]);
            &few[..self.facets.len()]
        } else {
            many = self
                .facets
                .iter()
                .map(|place| values[*place].as_str())
                .collect::<Vec<_>>();
            &many
        };
        add(&Row {
            label: &values[0],
            predicted_label: self.predicted(values),
            facets,
            group,
        });
    }
}
