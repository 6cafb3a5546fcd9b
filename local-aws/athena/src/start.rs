//! StartQueryExecution.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::configuration::ResultConfiguration;
use super::error::invalid;
use super::event;
use super::execution::{Context, Execution, State};
use super::permissions;
use super::statement::StatementType;
use super::workgroup::{self, PRIMARY, WorkGroup};
use local_core::Call;
use local_core::store::{Table, Tx};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};

/// What was answered to a token, by region and token.
const TOKENS: Table<Answered> = Table::new("athena/client-request-token");

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct StartRequest {
    query_string: String,
    client_request_token: Option<String>,
    #[serde(default)]
    query_execution_context: Context,
    #[serde(default)]
    result_configuration: ResultConfiguration,
    work_group: Option<String>,
    execution_parameters: Option<Vec<String>>,
    result_reuse_configuration: Option<Reuse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Reuse {
    result_reuse_by_age_configuration: Option<ReuseByAge>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct ReuseByAge {
    enabled: bool,
    #[serde(rename = "MaxAgeInMinutes")]
    _max_age_in_minutes: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Answered {
    id: String,
    /// What was asked for.
    asked: Value,
}

impl StartRequest {
    fn check(&self) -> Result<(), AwsError> {
        self.result_configuration.check()?;
        if self.query_string.trim().is_empty() {
            return Err(invalid("QueryString must not be empty"));
        }
        let catalog = self.query_execution_context.catalog.as_deref();
        if catalog.is_some_and(|catalog| !catalog.eq_ignore_ascii_case("AwsDataCatalog")) {
            return Err(AwsError::unsupported(
                "local-aws's Athena has the catalogue AwsDataCatalog alone",
            ));
        }
        let reuse = self.result_reuse_configuration.as_ref();
        let by_age = reuse.and_then(|reuse| reuse.result_reuse_by_age_configuration.as_ref());
        if by_age.is_some_and(|by_age| by_age.enabled) {
            return Err(AwsError::unsupported(
                "local-aws does not honour the parameter ResultReuseConfiguration of StartQueryExecution",
            ));
        }
        Ok(())
    }

    /// Where the results go: an enforced workgroup's configuration wins.
    fn results(&self, group: &WorkGroup) -> Result<ResultConfiguration, AwsError> {
        let (own, groups) = (&self.result_configuration, &group.configuration);
        let is_own = !groups.enforce_work_group_configuration && own.output_location.is_some();
        let results = if is_own {
            own
        } else {
            &groups.result_configuration
        };
        if results.output_location.is_none() {
            return Err(invalid(
                "No output location provided. An output location is required either through the Workgroup result \
                 configuration setting or as an API input.",
            ));
        }
        Ok(results.clone())
    }

    fn asked(&self) -> Value {
        json!([
            self.query_string,
            self.query_execution_context,
            self.result_configuration,
            self.work_group,
            self.execution_parameters,
        ])
    }
}

pub async fn start(call: Call, request: StartRequest) -> Reply {
    let name = request.work_group.as_deref().unwrap_or(PRIMARY);
    permissions::check(&call, "StartQueryExecution", name)?;
    request.check()?;
    let id = call.cloud.world.dice("athena/query-execution").uuid();
    let access_key_id = call.cloud.credentials_for(&call.principal).access_key_id;
    let id = call.cloud.store.write(|tx| {
        if let Some(token) = &request.client_request_token {
            if let Some(answered) = TOKENS.get(tx, &call.region, token) {
                return answered.again(&request);
            }
            let (id, asked) = (id.clone(), request.asked());
            TOKENS.put(tx, &call.region, token, &Answered { id, asked });
        }
        submit(&call, tx, &id, (name, &request), access_key_id)?;
        Ok(id)
    })?;
    Ok(json!({ "QueryExecutionId": id }))
}

fn submit(
    call: &Call,
    tx: &Tx,
    id: &str,
    (work_group, request): (&str, &StartRequest),
    access_key_id: String,
) -> Result<(), AwsError> {
    let group = WorkGroup::get(tx, &call.region, work_group)?;
    if group.state == workgroup::State::Disabled {
        return Err(invalid(format!("WorkGroup {work_group} is disabled.")));
    }
    let results = request.results(&group)?;
    let folder = results.folder().unwrap_or_default();
    let statement_type = StatementType::of(&request.query_string);
    let mut execution = Execution {
        query: request.query_string.clone(),
        parameters: request.execution_parameters.clone(),
        context: request.query_execution_context.clone(),
        work_group: work_group.to_owned(),
        engine_version: group.engine_version(),
        result_configuration: results,
        access_key_id,
        statement_type,
        substatement_type: None,
        output_location: format!("{folder}{id}.{}", statement_type.extension()),
        state: State::Queued,
        reason: None,
        error: None,
        submitted: Timestamp::now(&call.cloud.world),
        started: None,
        completed: None,
        columns: Vec::new(),
        scanned_bytes: 0,
        update_count: None,
        manifest_location: None,
    };
    event::turn((&call.cloud, tx), (&call.region, id), None, &mut execution);
    Ok(())
}

impl Answered {
    fn again(self, request: &StartRequest) -> Result<String, AwsError> {
        if self.asked == request.asked() {
            return Ok(self.id);
        }
        Err(invalid("Idempotent parameters do not match"))
    }
}
