//! What an operation asks of its caller's policies, as data beside the operation's row.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::error::AwsError;
use super::json;
use super::operation::{Operation, RawRequest};
use crate::account::ACCOUNT;
use crate::arn::Arn;
use crate::authorization::Question;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::principal::Principal;
use crate::settings::Iam;
use crate::store::Tx;

/// An action on a resource that an operation needs; an operation may need several.
///
/// Source of every action and its resource: the Service Authorization Reference,
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/>.
#[derive(Debug, Clone, Copy)]
pub struct Permission {
    pub operation: &'static str,
    /// `sagemaker:DescribePipeline`; empty for an operation that needs none.
    pub action: &'static str,
    /// The last part of the ARN with members of the request, `pipeline/{PipelineName}`; `*` where IAM knows no
    /// resource. A member that holds an ARN of this kind is the resource itself.
    pub resource: &'static str,
    /// Only where the request has this member.
    pub when: Option<&'static str>,
    /// Condition keys besides those of every request.
    pub context: &'static [(&'static str, &'static str)],
}

impl Permission {
    pub const fn new(
        operation: &'static str,
        action: &'static str,
        resource: &'static str,
    ) -> Self {
        Self {
            operation,
            action,
            resource,
            when: None,
            context: &[],
        }
    }

    /// For an operation that anyone may call who has signed.
    pub const fn none(operation: &'static str) -> Self {
        Self::new(operation, "", "")
    }

    #[must_use]
    pub const fn when(self, member: &'static str) -> Self {
        Self {
            when: Some(member),
            ..self
        }
    }

    #[must_use]
    pub const fn with(self, context: &'static [(&'static str, &'static str)]) -> Self {
        Self { context, ..self }
    }

    /// The questions that this asks of a request's caller: one for each item of a list whose members it names.
    fn questions(&self, caller: &Caller, members: &Value) -> Vec<Question> {
        let path = self.when.or_else(|| self.resource.split(['{', '}']).nth(1));
        let list = path.and_then(|path| path.split_once('.'));
        let items = list.and_then(|(list, _)| Some((list, members.get(list)?.as_array()?)));
        let Some((list, items)) = items else {
            return self.question(caller, members).into_iter().collect();
        };
        let items = items.iter().filter_map(|item| {
            let mut one = members.clone();
            one[list] = Value::Array(vec![item.clone()]);
            self.question(caller, &one)
        });
        items.collect()
    }

    /// None where it is not asked.
    fn question(&self, caller: &Caller, members: &Value) -> Option<Question> {
        if self.action.is_empty()
            || self
                .when
                .is_some_and(|name| member(members, name).is_none())
        {
            return None;
        }
        let resource = self.resource(caller, members);
        let question = Question::new(caller.principal, self.action, &resource);
        let context = self.context.iter();
        Some(context.fold(question, |question, (key, value)| question.with(key, value)))
    }

    /// `*` where the request does not name the resource.
    fn resource(&self, caller: &Caller, members: &Value) -> String {
        let service = self.action.split(':').next().unwrap_or_default();
        let mut resource = String::new();
        let mut rest = self.resource;
        while let Some((before, name)) = rest.split_once('{') {
            let (name, after) = name.split_once('}').unwrap_or((name, ""));
            let Some(value) = member(members, name) else {
                return "*".to_owned();
            };
            resource.push_str(before);
            match Arn::parse(value) {
                Some(arn) if arn.service == service && arn.resource.starts_with(&*resource) => {
                    return format!("{value}{after}");
                }
                _ => resource.push_str(name_of(value)),
            }
            rest = after;
        }
        resource.push_str(rest);
        match service {
            _ if resource == "*" => resource,
            "iam" => format!("arn:aws:iam::{ACCOUNT}:{resource}"),
            _ => caller.cloud.arn(service, caller.region, &resource),
        }
    }
}

/// The name in an ARN of another kind, in a queue's URL, and in a function's name with its version.
fn name_of(value: &str) -> &str {
    let value = value.strip_suffix(":$LATEST").unwrap_or(value);
    if value.contains("://") || value.starts_with("arn:") {
        return value.rsplit(['/', ':']).next().unwrap_or(value);
    }
    value
}

/// The text of a member by its path, `CognitoConfig.UserPool`; of a list, of its first item.
fn member<'a>(members: &'a Value, path: &str) -> Option<&'a str> {
    let found = path
        .split('.')
        .try_fold(members, |value, name| match value {
            Value::Array(items) => items.first()?.get(name),
            value => value.get(name),
        })?;
    match found {
        Value::String(text) => Some(text)
            .filter(|text| !text.is_empty())
            .map(String::as_str),
        Value::Array(items) if items.is_empty() => None,
        // It is there: no name is made of it.
        _ => Some(""),
    }
}

/// A table of operations whose action has the operation's name; one that needs several resources names each.
///
/// ```text
/// permissions! {
///     "sagemaker" {
///         "DescribePipeline": "pipeline/{PipelineName}";
///     }
/// }
/// ```
#[macro_export]
macro_rules! permissions {
    ($service:literal { $($operation:literal: $($resource:literal),+;)* }) => {
        &[$($($crate::wire::permission::Permission::new(
            $operation,
            concat!($service, ":", $operation),
            $resource,
        ),)+)*]
    };
}

/// The permissions of all parts, set once when the cloud opens.
#[derive(Default)]
struct OfCloud(OnceLock<Arc<HashMap<&'static str, Vec<Permission>>>>);

pub fn set(cloud: &Cloud, permissions: impl Iterator<Item = Permission>) {
    let mut by_operation: HashMap<&'static str, Vec<Permission>> = HashMap::new();
    for permission in permissions {
        let rows = by_operation.entry(permission.operation).or_default();
        rows.push(permission);
    }
    let _ = cloud.memory::<OfCloud>().0.set(Arc::new(by_operation));
}

/// Who asks for an operation, and where.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    pub cloud: &'a Cloud,
    pub region: &'a str,
    pub principal: &'a Principal,
}

impl<'a> Caller<'a> {
    pub fn of(call: &'a Call) -> Self {
        Self {
            cloud: &call.cloud,
            region: &call.region,
            principal: &call.principal,
        }
    }
}

/// Asks the caller's policies for everything that the operation needs: a service that does the operation's work in
/// a role's name, within its transaction.
pub fn check_in(caller: Caller, tx: &Tx, operation: &str, members: &Value) -> Result<(), AwsError> {
    let Some(table) = caller.cloud.memory::<OfCloud>().0.get().cloned() else {
        return Ok(());
    };
    let rows = table.get(operation).map(Vec::as_slice).unwrap_or_default();
    for question in rows.iter().flat_map(|row| row.questions(&caller, members)) {
        caller.cloud.authorize_in(tx, &question)?;
    }
    Ok(())
}

/// Asks the policies of a request's caller for everything that the operation needs.
pub fn check(call: &Call, operation: &Operation, request: &RawRequest) -> Result<(), AwsError> {
    let Some(table) = call.cloud.memory::<OfCloud>().0.get().cloned() else {
        return Ok(());
    };
    if call.cloud.settings.iam == Iam::Off || operation.unsigned {
        return Ok(());
    }
    let Some(rows) = table.get(operation.name) else {
        // No statement names an operation without a row: only one about everything allows it.
        let question = Question::new(&call.principal, operation.name, "*");
        return call.cloud.authorize(&question);
    };
    // A raw operation's body is no object. What cannot be read is refused by the operation.
    let request = match operation.reads {
        Some(_) => request.clone(),
        None => RawRequest {
            body: bytes::Bytes::new(),
            ..request.clone()
        },
    };
    let members = json::object(&request).unwrap_or_default();
    let caller = Caller::of(call);
    for question in rows.iter().flat_map(|row| row.questions(&caller, &members)) {
        call.cloud.authorize(&question)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
