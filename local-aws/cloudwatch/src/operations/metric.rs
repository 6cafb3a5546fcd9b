//! A metric as requests and answers spell it.

use serde_json::{Value, json};

use crate::alarm::Dimension;
use local_core::metrics::Series;

pub struct Metric<'a> {
    pub namespace: &'a str,
    pub name: &'a str,
    pub dimensions: &'a [Dimension],
}

impl Metric<'_> {
    pub fn series(&self, region: &str) -> Series {
        let dimensions = self.dimensions.iter();
        let dimensions: Vec<(&str, &str)> = dimensions
            .map(|each| (each.name.as_str(), each.value.as_str()))
            .collect();
        Series::new(region, self.namespace, self.name, &dimensions)
    }

    /// The name of a dimension that is there twice: of two values none is meant.
    pub fn repeated(&self) -> Option<&str> {
        let mut dimensions = self.dimensions.iter().enumerate();
        let repeated = dimensions.find(|(place, each)| {
            let earlier = &self.dimensions[..*place];
            earlier.iter().any(|other| other.name == each.name)
        });
        repeated.map(|(_, each)| each.name.as_str())
    }
}

pub fn shown(series: &Series) -> Value {
    let dimensions = series.dimensions.iter();
    let dimensions: Vec<Value> = dimensions
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect();
    json!({
        "Namespace": series.namespace,
        "MetricName": series.name,
        "Dimensions": dimensions,
    })
}
