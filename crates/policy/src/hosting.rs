//! What the endpoint's one variant runs on, and the name that follows from it.

use std::fmt;
use std::str::FromStr;

use contracts::deployment::{CHALLENGER_VARIANT, CHAMPION_VARIANT};

use crate::naming;

/// Written `serverless:<memory MB>:<requests at once>` or `instance:<type>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosting {
    Serverless {
        memory_mb: i32,
        max_concurrency: i32,
    },
    Instance {
        instance_type: String,
    },
}

/// SageMaker has two kinds of endpoints, and changes one into the other only one way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Serverless,
    Instance,
}

/// How a challenger stands beside the champion at the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A second production variant, which may have a share of the requests.
    Production,
    /// SageMaker's shadow variant: it gets copies of the champion's requests, and its answers reach nobody.
    Shadow,
}

/// The one endpoint: what it is called, which versions it may have, and what it runs on.
#[derive(Debug, Clone)]
pub struct Hosted {
    pub endpoint_name: String,
    pub model_package_group: String,
    pub hosting: Hosting,
    pub execution_role_arn: String,
    /// Endpoints built for one version before it is withdrawn.
    pub maximum_attempts: u32,
}

impl Hosted {
    /// The endpoint config that a version is served with.
    pub fn config_of(&self, model_package_arn: &str) -> String {
        let Self {
            endpoint_name,
            hosting,
            execution_role_arn,
            ..
        } = self;
        hosting.endpoint_config(endpoint_name, model_package_arn, execution_role_arn)
    }

    /// The endpoint config of a version with a challenger beside it, and the name of the challenger's model.
    pub fn config_of_pair(&self, champion_arn: &str, challenger_arn: &str, place: Place) -> String {
        let hosting = self.hosting.to_string();
        let mut settings = vec![
            hosting.as_str(),
            self.execution_role_arn.as_str(),
            CHAMPION_VARIANT,
            challenger_arn,
            CHALLENGER_VARIANT,
        ];
        if place == Place::Shadow {
            settings.push("shadow");
        }
        naming::endpoint_config(&self.endpoint_name, champion_arn, &settings)
    }
}

impl Hosting {
    pub fn kind(&self) -> Kind {
        match self {
            Hosting::Serverless { .. } => Kind::Serverless,
            Hosting::Instance { .. } => Kind::Instance,
        }
    }

    /// Model and endpoint config share this name: it says everything that either is made of.
    pub fn endpoint_config(
        &self,
        endpoint_name: &str,
        model_package_arn: &str,
        execution_role_arn: &str,
    ) -> String {
        let hosting = self.to_string();
        let settings = [hosting.as_str(), execution_role_arn, CHAMPION_VARIANT];
        naming::endpoint_config(endpoint_name, model_package_arn, &settings)
    }
}

impl fmt::Display for Hosting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hosting::Serverless {
                memory_mb,
                max_concurrency,
            } => write!(f, "serverless:{memory_mb}:{max_concurrency}"),
            Hosting::Instance { instance_type } => write!(f, "instance:{instance_type}"),
        }
    }
}

impl FromStr for Hosting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pieces: Vec<&str> = text.split(':').collect();
        match pieces.as_slice() {
            ["serverless", memory_mb, max_concurrency] => {
                let number = |piece: &str| {
                    piece
                        .parse()
                        .map_err(|_| format!("{piece:?} is no whole number"))
                };
                Ok(Hosting::Serverless {
                    memory_mb: number(memory_mb)?,
                    max_concurrency: number(max_concurrency)?,
                })
            }
            ["instance", instance_type] if !instance_type.is_empty() => Ok(Hosting::Instance {
                instance_type: (*instance_type).to_owned(),
            }),
            _ => Err("it must be serverless:<memory MB>:<at once> or instance:<type>".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosting_reads_as_it_is_written() {
        for text in ["serverless:2048:5", "instance:ml.m5.large"] {
            assert_eq!(text.parse::<Hosting>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "serverless",
            "serverless:2 GB:5",
            "instance:",
            "lambda:1",
        ] {
            assert!(text.parse::<Hosting>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_shadow_and_a_second_production_variant_make_two_configs() {
        let hosted = Hosted {
            endpoint_name: "reviewloop".to_owned(),
            model_package_group: "group".to_owned(),
            hosting: "instance:ml.m5.large".parse().unwrap(),
            execution_role_arn: "role".to_owned(),
            maximum_attempts: 3,
        };
        let pair = |place| hosted.config_of_pair("arn/1", "arn/2", place);
        assert_ne!(pair(Place::Production), pair(Place::Shadow));
    }

    #[test]
    fn other_settings_make_another_config() {
        let name = |text: &str, role| {
            let hosting: Hosting = text.parse().unwrap();
            hosting.endpoint_config("reviewloop", "arn/1", role)
        };
        assert_ne!(
            name("serverless:2048:5", "r"),
            name("serverless:4096:5", "r")
        );
        assert_ne!(
            name("serverless:2048:5", "r"),
            name("serverless:2048:5", "other")
        );
    }
}
