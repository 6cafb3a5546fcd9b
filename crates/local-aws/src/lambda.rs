//! Lambda: built binaries as processes over the Runtime API, with queue, retries and destinations.
//!
//! [`invoke`] runs one invocation in a sandbox of the [`Host`]; the asynchronous queue is in the
//! store, so that an accepted event is invoked even after kill -9. `deploy_function` is how the
//! stack brings functions here: there is no `CreateFunction`, because nobody uploads code locally.

mod api;
mod destination;
mod function;
mod host;
mod invoke;
mod process;
mod queue;
mod runtime_api;
pub(crate) mod url;

use std::sync::Arc;

use axum::Router;

use crate::cloud::Cloud;
use crate::operation;
use crate::wire::Operation;

pub(crate) use function::{
    Function, FunctionUrl, arn_of, deploy_function, functions, remove_function, url_of,
};
pub(crate) use host::Host;
pub(crate) use process::client_environment;
pub(crate) use queue::{enqueue, is_queued};

pub fn operations() -> Vec<Operation> {
    vec![
        operation!(raw "Invoke", "reconcile, reviewloop, boto3", POST "/2015-03-31/functions/{FunctionName}/invocations", api::invoke),
        operation!("ListFunctions", "reviewloop, boto3", GET "/2015-03-31/functions", api::list_functions),
        operation!("GetFunction", "boto3", GET "/2015-03-31/functions/{FunctionName}", api::get_function),
        operation!("GetFunctionConfiguration", "boto3", GET "/2015-03-31/functions/{FunctionName}/configuration", api::get_function_configuration),
        operation!("GetFunctionUrlConfig", "reviewloop, boto3", GET "/2021-10-31/functions/{FunctionName}/url", api::get_function_url_config),
        // A function URL has a host of its own on AWS; here it is a path of the one port.
        operation!(raw "InvokeFunctionUrl", "reviewloop, curl --aws-sigv4", POST "/function-urls/{FunctionName}/{Path+}", url::invoke),
        operation!(raw "InvokeFunctionUrl", "curl --aws-sigv4", GET "/function-urls/{FunctionName}/{Path+}", url::invoke),
    ]
}

/// Invokes what is queued, whenever something is due.
pub async fn run(cloud: Arc<Cloud>) {
    queue::run(cloud).await;
}

/// The Runtime API below `/_runtime/SANDBOX/`.
pub fn router(cloud: &Arc<Cloud>) -> Router {
    runtime_api::router(cloud)
}
