//! What SageMaker says by the environment, to endpoints and to batch transform jobs.

use std::env;
use std::fmt::Display;
use std::str::FromStr;

use anyhow::{Result, anyhow, ensure};

/// What SageMaker's real-time endpoints let through.
const MAX_PAYLOAD_IN_MB: usize = 25;

/// Requests that may wait: some seconds' worth, after which a caller had better come again.
const WAITING_REQUESTS: usize = 128;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `SAGEMAKER_BIND_TO_PORT`.
    pub port: u16,
    /// `SAGEMAKER_MAX_PAYLOAD_IN_MB`, which a transform job sets.
    pub max_payload_in_mb: usize,
    /// `SAGEMAKER_MAX_CONCURRENT_TRANSFORMS`: a transform job must find room for all of them.
    pub waiting_requests: usize,
}

impl Settings {
    pub fn from_env() -> Result<Settings> {
        Settings::read(|name| env::var(name).ok())
    }

    /// `variable` gives each variable's value. Errors name the variable.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Settings> {
        let max_payload_in_mb =
            number(&variable, "SAGEMAKER_MAX_PAYLOAD_IN_MB")?.unwrap_or(MAX_PAYLOAD_IN_MB);
        ensure!(
            max_payload_in_mb <= usize::MAX >> 20,
            "SAGEMAKER_MAX_PAYLOAD_IN_MB is {max_payload_in_mb}, more than there is memory"
        );
        let concurrent = number(&variable, "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS")?.unwrap_or(0);
        Ok(Settings {
            port: number(&variable, "SAGEMAKER_BIND_TO_PORT")?.unwrap_or(8080),
            // 0 asks for no limit; 100 is the most that a transform job can name.
            max_payload_in_mb: match max_payload_in_mb {
                0 => 100,
                limit => limit,
            },
            waiting_requests: WAITING_REQUESTS.max(concurrent).min(1 << 16),
        })
    }
}

fn number<T: FromStr<Err: Display>>(
    variable: impl Fn(&str) -> Option<String>,
    name: &str,
) -> Result<Option<T>> {
    let read = |value: String| {
        let parsed = value.trim().parse();
        parsed.map_err(|error| anyhow!("{name} is \"{value}\": {error}"))
    };
    variable(name).map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings> {
        Settings::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_transform_jobs_limits_are_honoured() {
        let settings = read(&[
            ("SAGEMAKER_BATCH", "true"),
            ("SAGEMAKER_MAX_PAYLOAD_IN_MB", "6"),
            ("SAGEMAKER_MAX_CONCURRENT_TRANSFORMS", "500"),
        ])
        .unwrap();
        assert_eq!((settings.port, settings.max_payload_in_mb), (8080, 6));
        assert_eq!(settings.waiting_requests, 500);
        assert_eq!(
            read(&[("SAGEMAKER_MAX_PAYLOAD_IN_MB", "0")])
                .unwrap()
                .max_payload_in_mb,
            100
        );
    }

    #[test]
    fn what_is_no_number_is_refused_by_name() {
        for name in ["SAGEMAKER_BIND_TO_PORT", "SAGEMAKER_MAX_PAYLOAD_IN_MB"] {
            let error = read(&[(name, "many")]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("many"), "{error}");
        }
    }
}
