//! CloudWatch's limits on members.
//!
//! Source: the CloudWatch API reference and its service model.

use std::borrow::Cow;

use local_core::wire::constraints::Rule::{Items, Length, Pattern, Range};
use local_core::wire::constraints::{Constraint, Constraints};

pub const ALL: [Constraints; 2] = [
    Constraints {
        code: "InvalidParameterValue",
        table: Cow::Borrowed(STATISTICS),
    },
    Constraints {
        code: "ValidationError",
        table: Cow::Borrowed(OTHERS),
    },
];

const NAMESPACE: &str = "[^:].*";

const STATISTICS: &[Constraint] = local_core::constraints! {
    "GetMetricStatistics" {
        "Namespace": Pattern(NAMESPACE), Length(1, 255);
        "MetricName": Length(1, 255);
        "Dimensions": Items(0, 30);
        "Dimensions[].Name": Length(1, 255);
        "Dimensions[].Value": Length(1, 1024);
        "Statistics": Items(1, 5);
        "ExtendedStatistics": Items(1, 10);
    }
};

const OTHERS: &[Constraint] = local_core::constraints! {
    "GetMetricData" {
        "MetricDataQueries": Items(1, 500);
        "MetricDataQueries[].Id": Pattern("[a-z][a-zA-Z0-9_]*"), Length(1, 255);
        "MetricDataQueries[].MetricStat.Metric.Namespace": Pattern(NAMESPACE), Length(1, 255);
        "MetricDataQueries[].MetricStat.Metric.MetricName": Length(1, 255);
        "MetricDataQueries[].MetricStat.Metric.Dimensions": Items(0, 30);
        "MetricDataQueries[].MetricStat.Metric.Dimensions[].Name": Length(1, 255);
        "MetricDataQueries[].MetricStat.Metric.Dimensions[].Value": Length(1, 1024);
        "MaxDatapoints": Range(1, 100_800);
    }
    "ListMetrics" {
        "Namespace": Pattern(NAMESPACE), Length(1, 255);
        "MetricName": Length(1, 255);
        "Dimensions": Items(0, 10);
        "Dimensions[].Name": Length(1, 255);
        "Dimensions[].Value": Length(1, 1024);
    }
    "DescribeAlarms" {
        "AlarmNames": Items(0, 100);
        "AlarmNames[]": Length(1, 255);
        "AlarmNamePrefix": Length(1, 255);
        "ActionPrefix": Length(1, 1024);
        "MaxRecords": Range(1, 100);
    }
    "PutMetricAlarm" {
        "AlarmName": Length(1, 255);
        "AlarmDescription": Length(0, 1024);
        "Namespace": Pattern(NAMESPACE), Length(1, 255);
        "MetricName": Length(1, 255);
        "Dimensions": Items(0, 30);
        "Dimensions[].Name": Length(1, 255);
        "Dimensions[].Value": Length(1, 1024);
        "AlarmActions": Items(0, 5);
        "OKActions": Items(0, 5);
        "InsufficientDataActions": Items(0, 5);
    }
    "DeleteAlarms" {
        "AlarmNames": Items(0, 100);
        "AlarmNames[]": Length(1, 255);
    }
    "SetAlarmState" {
        "AlarmName": Length(1, 255);
        "StateReason": Length(0, 1023);
    }
};
