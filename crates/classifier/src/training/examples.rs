//! Rows as any algorithm trains on them.

use anyhow::{Context, Result, bail, ensure};

use crate::channel::{self, Columns, LabelledText};
use crate::container::Container;
use crate::labels;

pub struct Example {
    pub text: String,
    /// Place among the classifier's outputs.
    pub class: usize,
    /// As in [`LabelledText`].
    pub chosen: bool,
}

pub struct Examples {
    pub train: Vec<Example>,
    pub validation: Vec<Example>,
}

/// The channels of a training job.
pub struct Data {
    pub train: Vec<LabelledText>,
    pub validation: Vec<LabelledText>,
    /// In the order of the model's outputs.
    pub labels: Vec<String>,
    pub examples: Examples,
    /// Empty where there is no such channel.
    pub test: Vec<Example>,
}

impl Data {
    /// `labels` are made of the train rows.
    pub fn read(
        container: &Container,
        columns: &Columns,
        labels: impl FnOnce(&[LabelledText]) -> Result<Vec<String>>,
    ) -> Result<Data> {
        let (train, validation) = channels(container, columns)?;
        let labels = labels(&train)?;
        let examples = Examples {
            train: number(&train, &labels).context("read the train channel")?,
            validation: number(&validation, &labels).context("read the validation channel")?,
        };
        // Before the training, so that a bad row costs none.
        let test = test(container, columns, &labels)?;
        Ok(Data {
            train,
            validation,
            labels,
            examples,
            test,
        })
    }
}

/// Rows of each class in the order of the balancing fraction, which depends on the text alone.
pub fn by_class(examples: &[Example], classes: usize) -> Vec<Vec<usize>> {
    let fraction = |example: &Example| policy::split::fraction("balance", &example.text);
    let mut order: Vec<(f64, usize)> = examples.iter().map(fraction).zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut by_class = vec![Vec::new(); classes];
    for (_, row) in order {
        by_class[examples[row].class].push(row);
    }
    by_class
}

/// The rows of the channels `train` and `validation`.
fn channels(
    container: &Container,
    columns: &Columns,
) -> Result<(Vec<LabelledText>, Vec<LabelledText>)> {
    let channel = |name, known: &[String]| {
        let rows = channel::read(&container.channel(name), columns, known);
        rows.with_context(|| format!("read the {name} channel"))
    };
    let train = channel("train", &[])?;
    let known = labels::distinct(train.iter().map(|row| row.label.as_str()));
    let validation = channel("validation", &known)?;
    if validation.is_empty() {
        bail!("the validation channel holds no rows");
    }
    Ok((train, validation))
}

/// The rows of the channel `test`; none if there is no such channel.
fn test(container: &Container, columns: &Columns, labels: &[String]) -> Result<Vec<Example>> {
    let channel = container.channel("test");
    if !channel.is_dir() {
        return Ok(Vec::new());
    }
    let rows = channel::read(&channel, columns, labels).context("read the test channel")?;
    ensure!(!rows.is_empty(), "the test channel holds no rows");
    number(&rows, labels).context("read the test channel")
}

/// The classes, as the train rows have them.
pub fn labels(train: &[LabelledText]) -> Result<Vec<String>> {
    let labels = labels::distinct(train.iter().map(|row| row.label.as_str()));
    match labels.as_slice() {
        [] => bail!("the train channel holds no rows"),
        [only] => bail!(
            "all {} train rows have the label \"{only}\": a classifier needs at least two classes",
            train.len()
        ),
        _ => Ok(labels),
    }
}

/// Rows with their label's place among the classifier's outputs.
pub fn number(rows: &[LabelledText], labels: &[String]) -> Result<Vec<Example>> {
    let rows = rows.iter().enumerate();
    rows.map(|(place, row)| {
        let class = labels.iter().position(|label| *label == row.label);
        let class = class.with_context(|| {
            format!(
                "row {} of the channel has the label \"{}\", which no train row has",
                place + 1,
                row.label
            )
        })?;
        Ok(Example {
            text: row.text.clone(),
            class,
            chosen: row.chosen,
        })
    })
    .collect()
}
