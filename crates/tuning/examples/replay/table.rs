//! The table: its space, and what each setting scored after every epoch.

use std::error::Error;
use std::fs;

use serde_json::Value;
use tuning::{Parameter, Range, Scaling, Space, Values};

pub struct Table {
    pub space: Space,
    /// Of a whole training.
    pub epochs: usize,
    /// In the order of their numbers.
    pub rows: Vec<Row>,
}

pub struct Row {
    number: u64,
    pub values: Values,
    point: Vec<f64>,
    /// A validation curve for each seed of training.
    curves: Vec<Vec<f64>>,
}

impl Table {
    pub fn read(path: &str) -> Result<Table, Box<dyn Error>> {
        let text = fs::read_to_string(path).map_err(|error| format!("read {path}: {error}"))?;
        let mut lines = text.lines();
        let header: Value = serde_json::from_str(lines.next().ok_or("the table is empty")?)?;
        let parameters = header["parameters"].as_array().ok_or("no parameters")?;
        let parameters: Option<Vec<Parameter>> = parameters.iter().map(parameter).collect();
        let space = Space::new(parameters.ok_or("a parameter cannot be read")?)?;
        let row = |line: &str| -> Result<Row, Box<dyn Error>> {
            let line: Value = serde_json::from_str(line)?;
            let values: Values = serde_json::from_value(line["values"].clone())?;
            let runs = line["runs"].as_array().ok_or("no runs")?.iter();
            let curves = runs.map(|run| serde_json::from_value(run["validation"].clone()));
            Ok(Row {
                number: line["number"].as_u64().ok_or("no number")?,
                point: space.point(&values)?,
                values,
                curves: curves.collect::<Result<_, _>>()?,
            })
        };
        let mut rows = lines.map(row).collect::<Result<Vec<Row>, _>>()?;
        rows.sort_by_key(|row| row.number);
        let epochs = header["epochs"].as_u64().ok_or("no epochs")?;
        Ok(Table {
            space,
            epochs: usize::try_from(epochs)?,
            rows,
        })
    }

    /// The place of the row nearest to a point, of those that were not taken; the first of equals.
    pub fn nearest_unused(&self, point: &[f64], taken: &[(usize, usize)]) -> usize {
        let distance = |row: &Row| -> f64 {
            let parameters = self.space.parameters().iter();
            let pairs = parameters.zip(point.iter().zip(&row.point));
            pairs
                .map(|(parameter, (a, b))| match parameter.range {
                    Range::Categorical { .. } => f64::from(u8::from(a != b)),
                    Range::Continuous { .. } | Range::Integer { .. } => (a - b).powi(2),
                })
                .sum()
        };
        let unused = self.rows.iter().enumerate();
        let unused = unused.filter(|(place, _)| !taken.iter().any(|(row, _)| row == place));
        let nearest = unused.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
        nearest.map_or(0, |(place, _)| place)
    }
}

impl Row {
    pub fn curve(&self, seed: u64) -> &[f64] {
        &self.curves[usize::from(seed % 2 == 1) % self.curves.len()]
    }
}

fn parameter(shown: &Value) -> Option<Parameter> {
    let (kind, shown) = shown.as_object()?.iter().next()?;
    let scaling = || match shown["scaling"].as_str()? {
        "Linear" => Some(Scaling::Linear),
        "Logarithmic" => Some(Scaling::Logarithmic),
        "ReverseLogarithmic" => Some(Scaling::ReverseLogarithmic),
        _ => None,
    };
    let range = match kind.as_str() {
        "continuous" => Range::Continuous {
            min: shown["min"].as_f64()?,
            max: shown["max"].as_f64()?,
            scaling: scaling()?,
        },
        "integer" => Range::Integer {
            min: shown["min"].as_i64()?,
            max: shown["max"].as_i64()?,
            scaling: scaling()?,
        },
        "categorical" => Range::Categorical {
            values: serde_json::from_value(shown["values"].clone()).ok()?,
        },
        _ => return None,
    };
    let name = shown["name"].as_str()?.to_owned();
    Some(Parameter { name, range })
}
