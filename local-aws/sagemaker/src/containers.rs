//! The containers that a model serves with: one, or those of an inference pipeline, in line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What SageMaker calls the only container of a model.
const PRIMARY: &str = "primary";

/// With the model package looked up when the model was created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Container {
    /// It tells the containers of a pipeline apart.
    #[serde(default = "primary")]
    pub hostname: String,
    pub image: String,
    pub model_data_url: Option<String>,
    pub environment: BTreeMap<String, String>,
}

impl Container {
    /// As the messages of SageMaker's endpoints call it. Source: aws/amazon-sagemaker-examples issue 1072, which quotes
    /// one about the second of a pipeline.
    pub fn called(&self) -> String {
        if self.hostname == PRIMARY {
            return "primary container".to_owned();
        }
        self.hostname.clone()
    }
}

/// At least one. The first one's members stand where the only one's did in the documents of an earlier local-aws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Containers {
    #[serde(flatten)]
    pub first: Container,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    further_containers: Vec<Container>,
}

impl Containers {
    /// `None` where there is none. `hostnames` are those that were given, by place.
    pub fn new(containers: Vec<Container>, hostnames: &[Option<String>]) -> Option<Self> {
        let is_pipeline = containers.len() > 1;
        let named = containers.into_iter().enumerate();
        let mut named = named.map(|(place, container)| {
            let given = hostnames.get(place).cloned().flatten();
            let hostname = given.unwrap_or_else(|| format!("container-{}", place + 1));
            Container {
                hostname: if is_pipeline { hostname } else { primary() },
                ..container
            }
        });
        Some(Self {
            first: named.next()?,
            further_containers: named.collect(),
        })
    }

    pub fn is_pipeline(&self) -> bool {
        !self.further_containers.is_empty()
    }

    /// In line.
    pub fn iter(&self) -> impl Iterator<Item = &Container> {
        std::iter::once(&self.first).chain(&self.further_containers)
    }
}

pub fn primary() -> String {
    PRIMARY.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_of_an_earlier_local_aws_has_one_container() {
        let document = json!({ "image": "i", "model_data_url": "s3://b/m", "environment": {} });
        let read: Containers = serde_json::from_value(document).unwrap();
        assert!(!read.is_pipeline());
        let called: Vec<String> = read.iter().map(Container::called).collect();
        assert_eq!(called, ["primary container"]);
    }

    #[test]
    fn a_pipeline_is_read_as_it_was_written() {
        let container = |image: &str| Container {
            hostname: primary(),
            image: image.to_owned(),
            model_data_url: None,
            environment: BTreeMap::new(),
        };
        let two = vec![container("a"), container("b")];
        for (given, expected) in [
            ([None, None], ["container-1", "container-2"]),
            ([Some("x".to_owned()), Some("y".to_owned())], ["x", "y"]),
        ] {
            let containers = Containers::new(two.clone(), &given).unwrap();
            let document = serde_json::to_value(&containers).unwrap();
            let read: Containers = serde_json::from_value(document).unwrap();
            assert_eq!(read, containers);
            let called: Vec<String> = read.iter().map(Container::called).collect();
            assert_eq!(called, expected);
        }
    }
}
