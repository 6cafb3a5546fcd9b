//! Which SDK operations a source calls, and which IAM actions they need.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::source;

/// `module::function` of a shared crate, and the operations that it comes down to.
pub type Shared = BTreeMap<String, BTreeSet<String>>;

/// The operations behind every function of a crate whose functions others call as
/// `module::function`, a module being a file of `folder`.
pub fn shared(folder: &str) -> Shared {
    let mut direct = Shared::new();
    let mut bodies = BTreeMap::new();
    for path in source::files(folder, "rs") {
        let module = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a name")
            .to_owned();
        for (function, body) in functions(&source::read(&path)) {
            let name = format!("{module}::{function}");
            let (operations, qualified) = (operations(&body), qualified(&body, &module));
            direct.entry(name.clone()).or_default().extend(operations);
            bodies
                .entry(name)
                .or_insert_with(String::new)
                .push_str(&qualified);
        }
    }
    // Through calls among themselves, until nothing is added.
    loop {
        let before = direct.clone();
        for (name, body) in &bodies {
            let reached: BTreeSet<String> = reached(body, &before);
            direct.entry(name.clone()).or_default().extend(reached);
        }
        if direct == before {
            return direct;
        }
    }
}

/// What another crate's functions of the same name come down to counts, too.
pub fn add(shared: &mut Shared, others: Shared) {
    for (name, operations) in others {
        shared.entry(name).or_default().extend(operations);
    }
}

/// The IAM actions that a function's source needs.
pub fn actions(text: &str, shared: &Shared) -> BTreeSet<String> {
    let mut operations = operations(text);
    operations.extend(reached(text, shared));
    let mut actions: BTreeSet<String> = operations
        .iter()
        .flat_map(|operation| needed(operation))
        .collect();
    if text.contains(".execution_role_arn(") || text.contains(".role_arn(") {
        actions.insert("iam:PassRole".to_owned());
    }
    if text.contains(".tags(") {
        actions.insert("sagemaker:AddTags".to_owned());
    }
    actions
}

fn needed(operation: &str) -> Vec<String> {
    let action = pascal(operation);
    let actions: &[&str] = match operation {
        // Who may not list the bucket is told 403 instead of 404.
        "get_object" | "head_object" => &["s3:GetObject", "s3:ListBucket"],
        "put_object" => &["s3:PutObject"],
        "delete_object" => &["s3:DeleteObject"],
        "list_objects_v2" => &["s3:ListBucket"],
        "invoke" => &["lambda:InvokeFunction"],
        "get_function_url_config" => &["lambda:GetFunctionUrlConfig"],
        // SageMaker calls Cognito in the caller's name: the developer guide, "SageMaker API permissions: actions,
        // permissions, and resources reference".
        "create_workforce" => &[
            "sagemaker:CreateWorkforce",
            "cognito-idp:DescribeUserPool",
            "cognito-idp:DescribeUserPoolClient",
            "cognito-idp:UpdateUserPool",
            "cognito-idp:UpdateUserPoolClient",
        ],
        "put_events" => &["events:PutEvents"],
        "get_metric_data" => &["cloudwatch:GetMetricData"],
        "describe_alarms" => &["cloudwatch:DescribeAlarms"],
        // A password, a session or a token is asked for in a policy's place.
        "initiate_auth" | "respond_to_auth_challenge" | "get_user" | "global_sign_out" => &[],
        "list_users_in_group" => &["cognito-idp:ListUsersInGroup"],
        _ if SCALING.iter().any(|part| operation.contains(part)) => {
            return vec![format!("application-autoscaling:{action}")];
        }
        _ if operation.starts_with("admin_") => return vec![format!("cognito-idp:{action}")],
        _ => return vec![format!("sagemaker:{action}")],
    };
    actions.iter().map(|action| (*action).to_owned()).collect()
}

/// In the operations of Application Auto Scaling.
const SCALING: [&str; 3] = ["_scalable_target", "_scaling_polic", "_scheduled_action"];

/// Methods that take nothing and begin like an operation of one of our clients.
fn operations(text: &str) -> BTreeSet<String> {
    let operation = Regex::new(
        r"\.((?:batch|get|head|put|delete|list|describe|create|update|start|stop|retry|invoke|admin|add|initiate|respond|global|register|deregister)(?:_[a-z0-9]+)+|invoke)\(\)",
    )
    .expect("a regex");
    let found: Vec<&str> = operation
        .captures_iter(text)
        .map(|found| found.get(1).expect("the group is not optional").as_str())
        .filter(|name| !NOT_OPERATIONS.contains(name))
        .collect();
    let sent = Regex::new(r"\.send\(\)")
        .expect("a regex")
        .find_iter(text)
        .count();
    assert!(
        sent <= found.len(),
        "{sent} calls are sent, but only {found:?} are known operations"
    );
    found.into_iter().map(str::to_owned).collect()
}

/// Methods of other things that look alike.
const NOT_OPERATIONS: [&str; 2] = ["get_ref", "get_mut"];

fn reached(text: &str, shared: &Shared) -> BTreeSet<String> {
    shared
        .iter()
        .filter(|(name, _)| mentions(text, name))
        .flat_map(|(_, operations)| operations.clone())
        .collect()
}

/// Whether `module::function` is called, not `module::function_of_longer_name`. So is a method, of a value that
/// has its module's name: `reviewers.start(…)`.
fn mentions(text: &str, name: &str) -> bool {
    let is_called = |text: &str, name: &str| {
        text.match_indices(name).any(|(at, _)| {
            let next = text[at + name.len()..].chars().next();
            next.is_some_and(|next| next == '(' || next == ':' || next == '<')
        })
    };
    is_called(text, name) || is_called(text, &name.replace("::", "."))
}

/// The functions and methods of a file with their bodies.
fn functions(text: &str) -> Vec<(String, String)> {
    let start = Regex::new(r"(?m)^(?: {4})?(?:pub )?(?:async )?fn ([a-z0-9_]+)").expect("a regex");
    let starts: Vec<_> = start.captures_iter(text).collect();
    let ends = starts
        .iter()
        .skip(1)
        .map(|next| next.get(0).expect("whole").start());
    starts
        .iter()
        .zip(ends.chain([text.len()]))
        .map(|(found, end)| {
            let whole = found.get(0).expect("the whole match");
            (found[1].to_owned(), text[whole.end()..end].to_owned())
        })
        .collect()
}

/// Plain calls within a module, written as another module would.
fn qualified(body: &str, module: &str) -> String {
    let plain = Regex::new(r"(^|[^:.\w])([a-z0-9_]+)(\(|::<)").expect("a regex");
    plain
        .replace_all(body, format!("${{1}}{module}::${{2}}${{3}}"))
        .into_owned()
}

fn pascal(operation: &str) -> String {
    operation
        .split('_')
        .map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_uppercase() + rest
        })
        .collect()
}
