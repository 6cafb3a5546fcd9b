//! `DescribeAlarms`: the metric alarms. There are no composite ones here, and none on logs.

use serde::Deserialize;
use serde_json::{Value, json};

use super::errors::{combination, next_token};
use crate::alarm::{ALARMS, Row, State};
use local_core::wire::json::{epoch_seconds, extend};
use local_core::wire::{AwsError, Reply};
use local_core::{Call, page};

/// Where `MaxRecords` is not given.
const PAGE: usize = 50;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeAlarmsRequest {
    #[serde(default)]
    alarm_names: Vec<String>,
    alarm_name_prefix: Option<String>,
    #[serde(default)]
    alarm_types: Vec<AlarmType>,
    state_value: Option<State>,
    action_prefix: Option<String>,
    max_records: Option<usize>,
    next_token: Option<String>,
}

#[derive(PartialEq, Eq, Deserialize)]
enum AlarmType {
    #[serde(rename = "MetricAlarm")]
    Metric,
    #[serde(rename = "CompositeAlarm")]
    Composite,
    #[serde(rename = "LogAlarm")]
    Log,
}

pub async fn describe_alarms(call: Call, request: DescribeAlarmsRequest) -> Reply {
    if !request.alarm_names.is_empty() && request.alarm_name_prefix.is_some() {
        return Err(combination(
            "The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both."
                .to_owned(),
        ));
    }
    let rows = call.cloud.store.read(|tx| ALARMS.list(tx, &call.region));
    let wanted = rows
        .into_iter()
        .filter(|(name, row)| request.wants(name, row));
    let size = request.max_records.unwrap_or(PAGE);
    let token = request.next_token.as_deref();
    let page =
        page::page(wanted.collect(), |(name, _)| name, token, size).ok_or_else(next_token)?;
    let alarms = page
        .items
        .iter()
        .map(|(name, row)| described(&call, name, row));
    let alarms: Vec<Value> = alarms.collect::<Result<_, _>>()?;
    Ok(json!({
        "MetricAlarms": alarms,
        "CompositeAlarms": [],
        "NextToken": page.next_token,
    }))
}

impl DescribeAlarmsRequest {
    fn wants(&self, name: &String, row: &Row) -> bool {
        let is_type = self.alarm_types.is_empty() || self.alarm_types.contains(&AlarmType::Metric);
        let is_named = self.alarm_names.is_empty() || self.alarm_names.contains(name);
        let prefix = self.alarm_name_prefix.as_deref().unwrap_or_default();
        let is_state = self.state_value.is_none_or(|state| state == row.state);
        let acts = self.action_prefix.as_ref().is_none_or(|prefix| {
            let alarm = &row.alarm;
            let all = [
                &alarm.alarm_actions,
                &alarm.ok_actions,
                &alarm.insufficient_data_actions,
            ];
            let mut all = all.into_iter().flatten();
            all.any(|action| action.starts_with(prefix))
        });
        is_type && is_named && name.starts_with(prefix) && is_state && acts
    }
}

/// As `MetricAlarm`, which has an alarm's properties under the template's names.
fn described(call: &Call, name: &str, row: &Row) -> Result<Value, AwsError> {
    let mut described = serde_json::to_value(&row.alarm).map_err(AwsError::internal)?;
    let changed = epoch_seconds(row.changed_at);
    extend(
        &mut described,
        json!({
            "AlarmName": name,
            "AlarmArn": call.arn("cloudwatch", &format!("alarm:{name}")),
            "AlarmConfigurationUpdatedTimestamp": row.configured_at.map(epoch_seconds),
            "StateValue": row.state,
            "StateReason": row.reason,
            "StateUpdatedTimestamp": changed,
            "StateTransitionedTimestamp": changed,
        }),
    );
    Ok(described)
}
