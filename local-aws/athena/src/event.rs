//! A query's state and the event of its change.
//!
//! Source: the Athena user guide, "Monitor Athena query events with EventBridge".

use serde_json::json;

use super::execution::{EXECUTIONS, Execution, State, UNFINISHED};
use local_core::Cloud;
use local_core::event::Event;
use local_core::store::Tx;
use local_core::timestamp::Timestamp;

/// Stores the execution in another state. A new one is queued, and has no state before.
pub fn turn(
    (cloud, tx): (&Cloud, &Tx),
    (region, id): (&str, &str),
    before: Option<State>,
    execution: &mut Execution,
) {
    let now = cloud.world.now();
    let state = execution.state;
    if state.is_end() {
        execution.completed = Some(Timestamp::from(now));
        UNFINISHED.delete(tx, region, id);
    } else if state == State::Running {
        execution.started = Some(Timestamp::from(now));
    } else {
        UNFINISHED.put(tx, region, id, &());
    }
    EXECUTIONS.put(tx, region, id, execution);
    let number = match (before, execution.started) {
        (None, _) => 1,
        (Some(_), _) if state == State::Running => 2,
        (Some(_), None) => 2,
        (Some(_), Some(_)) => 3,
    };
    let mut detail = json!({
        "versionId": "0",
        "currentState": state,
        "statementType": execution.statement_type,
        "queryExecutionId": id,
        "workgroupName": execution.work_group,
        "sequenceNumber": number.to_string(),
    });
    if let Some(before) = before {
        detail["previousState"] = json!(before);
    }
    if let Some(error) = &execution.error {
        detail["athenaError"] = json!({
            "errorCategory": error.category,
            "errorType": error.kind,
            "errorMessage": error.message,
            "retryable": error.retryable,
        });
    }
    tx.emit(&Event {
        source: "aws.athena".to_owned(),
        detail_type: "Athena Query State Change".to_owned(),
        region: region.to_owned(),
        resources: Vec::new(),
        detail,
        time: now,
    });
}
