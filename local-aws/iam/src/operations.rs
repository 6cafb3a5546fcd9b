//! IAM's operations: roles, so that a program can make the role that it hands to a job.

use std::collections::BTreeMap;

use local_core::Call;
use local_core::operation;
use local_core::store::Tx;
use local_core::wire::{AwsError, Operation, Reply};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

use crate::Role;

pub fn all() -> Vec<Operation> {
    vec![
        operation!("CreateRole", create),
        operation!("GetRole", get),
        operation!("DeleteRole", delete),
        operation!("PutRolePolicy", put_policy),
        operation!("DeleteRolePolicy", delete_policy),
    ]
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct CreateRequest {
    role_name: String,
    assume_role_policy_document: String,
    #[serde(rename = "Description")]
    _description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct NameRequest {
    role_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PutPolicyRequest {
    role_name: String,
    policy_name: String,
    policy_document: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct PolicyRequest {
    role_name: String,
    policy_name: String,
}

async fn create(call: Call, request: CreateRequest) -> Reply {
    let role = Role {
        name: request.role_name,
        created: call.cloud.world.now(),
        trust: request.assume_role_policy_document,
        policies: BTreeMap::new(),
        managed: Vec::new(),
    };
    call.cloud.store.write(|tx| {
        if Role::get(tx, &role.name).is_some() {
            let message = format!("Role with name {} already exists.", role.name);
            return Err(AwsError::new(409, "EntityAlreadyExists", message));
        }
        let described = described(&role);
        role.put(tx)?;
        Ok(described)
    })
}

async fn get(call: Call, request: NameRequest) -> Reply {
    let role = call
        .cloud
        .store
        .read(|tx| required(tx, &request.role_name))?;
    Ok(described(&role))
}

async fn delete(call: Call, request: NameRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let role = required(tx, &request.role_name)?;
        if !role.policies.is_empty() || !role.managed.is_empty() {
            let message = "Cannot delete entity, must delete policies first.";
            return Err(AwsError::new(409, "DeleteConflict", message));
        }
        Role::remove(tx, &role.name);
        Ok(Value::Null)
    })
}

async fn put_policy(call: Call, request: PutPolicyRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut role = required(tx, &request.role_name)?;
        role.policies
            .insert(request.policy_name, request.policy_document);
        role.put(tx)?;
        Ok(Value::Null)
    })
}

async fn delete_policy(call: Call, request: PolicyRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut role = required(tx, &request.role_name)?;
        let name = &request.policy_name;
        if role.policies.remove(name).is_none() {
            return Err(no_such_entity(&format!("The role policy with name {name}")));
        }
        role.put(tx)?;
        Ok(Value::Null)
    })
}

fn required(tx: &Tx, name: &str) -> Result<Role, AwsError> {
    Role::get(tx, name).ok_or_else(|| no_such_entity(&format!("The role with name {name}")))
}

fn no_such_entity(entity: &str) -> AwsError {
    AwsError::new(404, "NoSuchEntity", format!("{entity} cannot be found."))
}

fn described(role: &Role) -> Value {
    json!({ "Role": {
        "Path": "/",
        "RoleName": role.name,
        // In the form of IAM's; a role that is made again under the same name has another one.
        "RoleId": format!("AROA{:017X}", role.created.unix_timestamp_nanos()),
        "Arn": role.arn(),
        "CreateDate": role.created.format(&Rfc3339).unwrap_or_default(),
        // As IAM writes documents in answers.
        "AssumeRolePolicyDocument": utf8_percent_encode(&role.trust, NON_ALPHANUMERIC).to_string(),
    }})
}
