//! STS: who am I.

use serde::{Deserialize, Serialize};

use local_core::operation;
use local_core::part::Part;
use local_core::wire::permission::Permission;
use local_core::wire::{AwsError, Operation, apis};
use local_core::{ACCOUNT, Call, Who};

pub(crate) fn part() -> Part {
    Part {
        operations: vec![(apis::STS, operations())],
        permissions: PERMISSIONS,
        ..Part::default()
    }
}

/// As on AWS: whoever has signed may ask.
const PERMISSIONS: &[Permission] = &[Permission::none("GetCallerIdentity")];

fn operations() -> Vec<Operation> {
    vec![operation!("GetCallerIdentity", get_caller_identity)]
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct GetCallerIdentityRequest {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetCallerIdentityResponse {
    user_id: String,
    account: &'static str,
    arn: String,
}

async fn get_caller_identity(
    call: Call,
    _request: GetCallerIdentityRequest,
) -> Result<GetCallerIdentityResponse, AwsError> {
    let credentials = call.cloud.credentials_for(&call.principal);
    let user_id = match call.principal.who() {
        Who::Session { session, .. } => format!("{}:{session}", credentials.access_key_id),
        Who::Owner | Who::Service(_) => credentials.access_key_id,
    };
    Ok(GetCallerIdentityResponse {
        user_id,
        account: ACCOUNT,
        arn: call.principal.arn(),
    })
}
