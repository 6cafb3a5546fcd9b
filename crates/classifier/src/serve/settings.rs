//! What the environment says: SageMaker's own variables for endpoints and batch transform jobs,
//! and two of ours.

use std::env;
use std::fmt::Display;
use std::str::FromStr;

use anyhow::{Result, anyhow, ensure};

/// What SageMaker's real-time endpoints let through.
const MAX_PAYLOAD_IN_MB: usize = 25;

/// Requests that are queued or computed at a time; a further one is answered 503.
const REQUESTS: usize = 128;

/// Texts that are queued or computed at a time. SageMaker sends a transform job's container at most
/// 100 MB at a time, so it always fits.
const QUEUED_MB: usize = 256;

/// Rows that a real-time request may hold. This bounds memory: a row takes some 700 bytes besides
/// its text, in each of the queued requests.
const MAX_ROWS: usize = 10_000;

/// In a transform job SageMaker cuts the requests by their bytes, which bound the memory.
const MAX_ROWS_OF_A_TRANSFORM: usize = usize::MAX;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `SAGEMAKER_BIND_TO_PORT`.
    pub port: u16,
    /// `SAGEMAKER_MAX_PAYLOAD_IN_MB`, which a transform job sets.
    pub max_payload_in_mb: usize,
    /// `MAX_ROWS_PER_REQUEST`, which is ours.
    pub max_rows: usize,
    /// `SAGEMAKER_MAX_CONCURRENT_TRANSFORMS`: a transform job must find room for all of them.
    pub requests: usize,
    /// The texts of all these requests together.
    pub queued_mb: usize,
    /// `ALLOWED_HOST`, which is ours: the only host name that is answered, with the port that is listened on.
    /// In a container any is, as SageMaker calls it.
    pub host: Option<String>,
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
        let transform = variable("SAGEMAKER_BATCH").is_some_and(|value| value.trim() == "true");
        let concurrent = number(&variable, "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS")?.unwrap_or(0);
        Ok(Settings {
            port: number(&variable, "SAGEMAKER_BIND_TO_PORT")?.unwrap_or(8080),
            // 0 asks for no limit; 100 is the most that a transform job can name.
            max_payload_in_mb: match max_payload_in_mb {
                0 => 100,
                limit => limit,
            },
            max_rows: number(&variable, "MAX_ROWS_PER_REQUEST")?.unwrap_or(if transform {
                MAX_ROWS_OF_A_TRANSFORM
            } else {
                MAX_ROWS
            }),
            requests: REQUESTS.max(concurrent).min(1 << 16),
            queued_mb: QUEUED_MB,
            host: variable("ALLOWED_HOST").filter(|host| !host.is_empty()),
        })
    }
}

fn number<T: FromStr<Err: Display>>(
    variable: impl Fn(&str) -> Option<String>,
    name: &str,
) -> Result<Option<T>> {
    let read = |value: String| {
        let parsed = value.trim().parse();
        parsed.map_err(|error| anyhow!("{name} is {value:?}: {error}"))
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
        assert_eq!((settings.requests, settings.max_rows), (500, usize::MAX));
        assert_eq!(
            read(&[("SAGEMAKER_MAX_PAYLOAD_IN_MB", "0")])
                .unwrap()
                .max_payload_in_mb,
            100
        );
    }

    #[test]
    fn an_endpoint_takes_fewer_rows_than_a_transform_job_and_both_what_they_are_told() {
        assert_eq!(read(&[]).unwrap().max_rows, 10_000);
        let told = ("MAX_ROWS_PER_REQUEST", "7");
        assert_eq!(read(&[told]).unwrap().max_rows, 7);
        let told = [("SAGEMAKER_BATCH", "true"), told];
        assert_eq!(read(&told).unwrap().max_rows, 7);
    }

    #[test]
    fn what_is_no_number_is_refused_by_name() {
        for name in [
            "SAGEMAKER_BIND_TO_PORT",
            "SAGEMAKER_MAX_PAYLOAD_IN_MB",
            "MAX_ROWS_PER_REQUEST",
        ] {
            let error = read(&[(name, "many")]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains("many"), "{error}");
        }
    }
}
