//! An alarm and its state, as stored.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use local_core::metrics::{Series, Statistics};
use local_core::store::{Table, Tx};
use local_core::wire::AwsError;
use local_core::{Arn, Cloud, targets};

pub(crate) const ALARMS: Table<Row> = Table::new("cloudwatch/alarm");

/// In the words of the template's `AWS::CloudWatch::Alarm`. Properties not listed are refused, by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Alarm {
    pub alarm_description: Option<String>,
    pub namespace: String,
    pub metric_name: String,
    #[serde(default)]
    pub dimensions: Vec<Dimension>,
    pub statistic: Statistic,
    /// Seconds.
    pub period: i64,
    pub evaluation_periods: usize,
    pub datapoints_to_alarm: Option<usize>,
    pub threshold: f64,
    pub comparison_operator: ComparisonOperator,
    #[serde(default)]
    pub treat_missing_data: MissingData,
    #[serde(default = "yes")]
    pub actions_enabled: bool,
    #[serde(default)]
    pub alarm_actions: Vec<String>,
    #[serde(default, rename = "OKActions")]
    pub ok_actions: Vec<String>,
    #[serde(default)]
    pub insufficient_data_actions: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Dimension {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statistic {
    SampleCount,
    Average,
    Sum,
    Minimum,
    Maximum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComparisonOperator {
    #[serde(rename = "GreaterThanOrEqualToThreshold")]
    GreaterOrEqual,
    #[serde(rename = "GreaterThanThreshold")]
    Greater,
    #[serde(rename = "LessThanThreshold")]
    Less,
    #[serde(rename = "LessThanOrEqualToThreshold")]
    LessOrEqual,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MissingData {
    #[default]
    Missing,
    Ignore,
    Breaching,
    NotBreaching,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    #[serde(rename = "OK")]
    Ok,
    #[serde(rename = "ALARM")]
    Alarm,
    #[serde(rename = "INSUFFICIENT_DATA")]
    InsufficientData,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub alarm: Alarm,
    pub state: State,
    pub reason: String,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
    /// None in an alarm of an earlier local-aws.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub configured_at: Option<OffsetDateTime>,
}

impl Statistic {
    pub(crate) fn of(self, found: &Statistics) -> f64 {
        match self {
            Self::SampleCount => found.samples,
            Self::Average => found.sum / found.samples,
            Self::Sum => found.sum,
            Self::Minimum => found.minimum,
            Self::Maximum => found.maximum,
        }
    }
}

fn yes() -> bool {
    true
}

/// CloudWatch evaluates at most a day.
const MOST_SECONDS: i64 = 24 * 60 * 60;

/// Adds the alarm or changes it. A changed one keeps its state until it is evaluated.
pub fn put_alarm(
    cloud: &Cloud,
    tx: &Tx,
    (region, name): (&str, &str),
    alarm: Alarm,
) -> Result<(), AwsError> {
    alarm.check_actions(cloud)?;
    put_policys_alarm(cloud, tx, (region, name), alarm)
}

/// The same for an alarm whose action may be a scaling policy: the policy's own, which looks at the metric by itself.
pub fn put_policys_alarm(
    cloud: &Cloud,
    tx: &Tx,
    (region, name): (&str, &str),
    alarm: Alarm,
) -> Result<(), AwsError> {
    alarm.check()?;
    let before = ALARMS.get_readable(tx, region, name);
    let configured_at = Some(cloud.world.now());
    let row = match before {
        Some(before) => Row {
            alarm,
            configured_at,
            ..before
        },
        None => Row {
            alarm,
            state: State::InsufficientData,
            reason: "Unchecked: Initial alarm creation".to_owned(),
            changed_at: cloud.world.now(),
            configured_at,
        },
    };
    ALARMS.put(tx, region, name, &row);
    Ok(())
}

pub fn remove_alarm(tx: &Tx, region: &str, name: &str) {
    ALARMS.delete(tx, region, name);
}

pub fn state_of(tx: &Tx, region: &str, name: &str) -> Option<State> {
    ALARMS.get(tx, region, name).map(|row| row.state)
}

/// Source: the CloudWatch user guide, "Alarm actions". A queue is none; a function, which is one, gets another
/// message than a topic.
fn check_action(cloud: &Cloud, arn: &str) -> Result<(), AwsError> {
    if !is_topic(arn) {
        return Err(AwsError::unsupported(format!(
            "local-aws's alarms notify SNS topics, not {arn}"
        )));
    }
    targets::check(cloud, arn)
}

fn is_topic(arn: &str) -> bool {
    Arn::parse(arn).is_some_and(|arn| arn.service == "sns")
}

impl Alarm {
    fn check(&self) -> Result<(), AwsError> {
        let refused = |reason: &str| Err(AwsError::validation(reason));
        if self.period < 60 || self.period % 60 != 0 {
            return refused("local-aws evaluates periods of whole minutes");
        }
        let periods = i64::try_from(self.evaluation_periods).unwrap_or(i64::MAX);
        if periods < 1 || self.period.saturating_mul(periods) > MOST_SECONDS {
            return refused(
                "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
            );
        }
        if !(1..=self.evaluation_periods).contains(&self.datapoints()) {
            return refused("DatapointsToAlarm must be between 1 and EvaluationPeriods.");
        }
        Ok(())
    }

    fn check_actions(&self, cloud: &Cloud) -> Result<(), AwsError> {
        let actions = [
            &self.alarm_actions,
            &self.ok_actions,
            &self.insufficient_data_actions,
        ];
        let mut actions = actions.into_iter().flatten();
        actions.try_for_each(|arn| check_action(cloud, arn))
    }

    /// Breaching datapoints that make an alarm.
    pub(crate) fn datapoints(&self) -> usize {
        self.datapoints_to_alarm.unwrap_or(self.evaluation_periods)
    }

    pub(crate) fn series(&self, region: &str) -> Series {
        let dimensions = self.dimensions.iter();
        let dimensions: Vec<(&str, &str)> = dimensions
            .map(|each| (each.name.as_str(), each.value.as_str()))
            .collect();
        Series::new(region, &self.namespace, &self.metric_name, &dimensions)
    }

    /// The topics that are told. A scaling policy among the actions is told of nothing: it evaluates each minute itself.
    pub(crate) fn topics(&self, state: State) -> impl Iterator<Item = &String> {
        let actions: &[String] = match state {
            _ if !self.actions_enabled => &[],
            State::Ok => &self.ok_actions,
            State::Alarm => &self.alarm_actions,
            State::InsufficientData => &self.insufficient_data_actions,
        };
        actions.iter().filter(|action| is_topic(action))
    }
}
