//! CloudWatch's operations on what is measured, and on the alarms.

mod alarms;
mod constraints;
mod describe_alarms;
mod errors;
mod get_metric_data;
mod get_metric_statistics;
mod list_metrics;
mod metric;
mod stat;
mod window;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::permissions;
use local_core::wire::Operation;
use local_core::wire::permission::Permission;

pub(super) use constraints::ALL as CONSTRAINTS;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        operation!(
            "GetMetricStatistics",
            get_metric_statistics::get_metric_statistics
        ),
        operation!("GetMetricData", get_metric_data::get_metric_data),
        operation!("ListMetrics", list_metrics::list_metrics),
        operation!("DescribeAlarms", describe_alarms::describe_alarms),
        operation!("PutMetricAlarm", alarms::put_metric_alarm),
        operation!("DeleteAlarms", alarms::delete_alarms),
        operation!("SetAlarmState", alarms::set_alarm_state),
    ]
}

pub(super) const PERMISSIONS: &[Permission] = permissions! {
    "cloudwatch" {
        "GetMetricStatistics": "*";
        "GetMetricData": "*";
        "ListMetrics": "*";
        "DescribeAlarms": "alarm:*";
        "PutMetricAlarm": "alarm:{AlarmName}";
        "DeleteAlarms": "alarm:*";
        "SetAlarmState": "alarm:{AlarmName}";
    }
};
