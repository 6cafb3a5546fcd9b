//! A function's configuration as Lambda keeps it.

use anyhow::bail;
use sam::AuthType;
use time::OffsetDateTime;

use crate::call::Context;
use crate::iam::function_role_name;
use local_lambda::{self as lambda, Function, FunctionUrl};

pub fn configuration(
    context: &Context,
    function: &sam::Function,
    name: String,
) -> anyhow::Result<Function> {
    let url = function.function_url_config.as_ref();
    let url = url.map(|url| FunctionUrl {
        is_public: url.auth_type == AuthType::None,
        created_at: created_at(context, &name),
    });
    let invoke = &function.event_invoke_config;
    Ok(Function {
        name,
        region: context.pseudo.region.clone(),
        package: function.package().to_owned(),
        handler: function.handler.clone(),
        runtime: function.runtime.clone(),
        architectures: function.architectures.clone(),
        role: function
            .role
            .clone()
            .unwrap_or_else(|| local_iam::role::arn(&role_name(context, function))),
        timeout_seconds: function.timeout_seconds,
        memory_mb: function.memory_mb,
        environment: function.environment.clone(),
        maximum_retry_attempts: invoke.maximum_retry_attempts,
        maximum_event_age_seconds: invoke.maximum_event_age_seconds,
        on_success: match &invoke.on_success {
            Some(bus) if *bus != context.arn("events", "event-bus/default") => {
                bail!("local-aws has the default event bus alone, not {bus}")
            }
            bus => bus.clone(),
        },
        on_failure: invoke.on_failure.clone(),
        dead_letter_queue: invoke.dead_letter_queue.clone(),
        reserved_concurrent_executions: function.reserved_concurrent_executions,
        url,
    })
}

/// The name of the role that SAM generates for a function without one.
pub fn role_name(context: &Context, function: &sam::Function) -> String {
    function_role_name(&context.default_name(&function.logical_id))
}

/// A function URL keeps its date, or every start would change the function.
fn created_at(context: &Context, name: &str) -> OffsetDateTime {
    let before = context
        .cloud
        .store
        .read(|tx| lambda::url_of(tx, &context.pseudo.region, name));
    before.map_or_else(|| context.cloud.world.now(), |url| url.created_at)
}

pub fn warn_without_binary(context: &Context, function: &Function) {
    let Some(folder) = &context.cloud.settings.functions_dir else {
        return;
    };
    let binary = folder.join(&function.package);
    if !binary.is_file() {
        tracing::warn!(function.name, binary = %binary.display(), "the function is deployed without its binary: build it");
    }
}
