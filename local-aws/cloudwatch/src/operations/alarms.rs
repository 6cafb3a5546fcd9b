//! `PutMetricAlarm`, `DeleteAlarms` and `SetAlarmState`: a caller's own alarms.
//!
//! Source: the CloudWatch API reference.

use serde::Deserialize;

use super::errors::{not_found, validation};
use crate::alarm::{
    ALARMS, Alarm, ComparisonOperator, Dimension, MissingData, Row, State, Statistic, put_alarm,
};
use crate::change::tell;
use local_core::Call;
use local_core::wire::Reply;
use serde_json::json;

/// In the words of [`Alarm`], with its name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct PutMetricAlarmRequest {
    alarm_name: String,
    alarm_description: Option<String>,
    namespace: String,
    metric_name: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    statistic: Statistic,
    period: i64,
    evaluation_periods: usize,
    datapoints_to_alarm: Option<usize>,
    threshold: f64,
    comparison_operator: ComparisonOperator,
    #[serde(default)]
    treat_missing_data: MissingData,
    actions_enabled: Option<bool>,
    #[serde(default)]
    alarm_actions: Vec<String>,
    #[serde(default, rename = "OKActions")]
    ok_actions: Vec<String>,
    #[serde(default)]
    insufficient_data_actions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DeleteAlarmsRequest {
    alarm_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetAlarmStateRequest {
    alarm_name: String,
    state_value: State,
    state_reason: String,
}

pub async fn put_metric_alarm(call: Call, request: PutMetricAlarmRequest) -> Reply {
    let name = request.alarm_name;
    let alarm = Alarm {
        alarm_description: request.alarm_description,
        namespace: request.namespace,
        metric_name: request.metric_name,
        dimensions: request.dimensions,
        statistic: request.statistic,
        period: request.period,
        evaluation_periods: request.evaluation_periods,
        datapoints_to_alarm: request.datapoints_to_alarm,
        threshold: request.threshold,
        comparison_operator: request.comparison_operator,
        treat_missing_data: request.treat_missing_data,
        actions_enabled: request.actions_enabled.unwrap_or(true),
        alarm_actions: request.alarm_actions,
        ok_actions: request.ok_actions,
        insufficient_data_actions: request.insufficient_data_actions,
    };
    let store = &call.cloud.store;
    let put = store.write(|tx| put_alarm(&call.cloud, tx, (&call.region, &name), alarm));
    put.map_err(|refused| validation(refused.message))?;
    Ok(json!({}))
}

/// None is deleted where one of them is not there.
pub async fn delete_alarms(call: Call, request: DeleteAlarmsRequest) -> Reply {
    call.cloud.store.write(|tx| {
        for name in &request.alarm_names {
            if ALARMS.get(tx, &call.region, name).is_none() {
                return Err(not_found(name));
            }
            ALARMS.delete(tx, &call.region, name);
        }
        Ok(json!({}))
    })
}

/// Until the next evaluation, as on AWS.
pub async fn set_alarm_state(call: Call, request: SetAlarmStateRequest) -> Reply {
    let name = &request.alarm_name;
    call.cloud.store.write(|tx| {
        let row = ALARMS.get(tx, &call.region, name);
        let before = row.ok_or_else(|| not_found(name))?;
        if before.state != request.state_value {
            let now = Row {
                state: request.state_value,
                reason: request.state_reason.clone(),
                changed_at: call.cloud.world.now(),
                ..before.clone()
            };
            ALARMS.put(tx, &call.region, name, &now);
            tell(&call.cloud, tx, (&call.region, name), &before, &now);
        }
        Ok(json!({}))
    })
}
