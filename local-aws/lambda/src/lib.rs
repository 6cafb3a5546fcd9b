//! Lambda: built binaries as processes over the Runtime API, with queue, retries and destinations.
//!
//! [`invoke`] runs one invocation in a sandbox of the [`Host`]; the asynchronous queue is in the
//! store, so that an accepted event is invoked even after kill -9. `deploy_function` is how the
//! stack brings functions here: there is no `CreateFunction`, because nobody uploads code locally.

mod api;
mod channel;
mod destination;
mod emf;
mod function;
mod headers;
mod host;
mod idle;
mod invoke;
mod permissions;
mod process;
mod queue;
mod queued;
mod runtime_api;
mod semantics;
mod url;

use local_core::operation;
use local_core::part::Part;
use local_core::store::Tx;
use local_core::targets::{self, Message, Target};
use local_core::wire::{AwsError, Operation, apis};
use local_core::{Arn, Cloud};

pub use function::{
    Function, FunctionUrl, arn_of, deploy_function, exists, functions, remove_function, url_of,
};
use host::Host;
pub use process::client_environment;
pub use queue::enqueue;
pub use queued::is_queued;
pub use url::{answer_public, of as function_url, public_function};

pub fn part() -> Part {
    Part {
        operations: vec![
            (apis::LAMBDA, operations()),
            (apis::LAMBDA_FUNCTION_URLS, url::operations()),
        ],
        permissions: permissions::ALL,
        semantics: semantics::NOTES,
        controllers: vec![queue::CONTROLLER, idle::CONTROLLER],
        targets: vec![Target {
            service: "lambda",
            action: "lambda:InvokeFunction",
            check: |arn| region_and_name(arn).map(|_| ()),
            accept,
        }],
        routes: Some(runtime_api::router),
        stop: Some(|cloud| cloud.memory::<Host>().stop()),
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!(raw "Invoke", POST "/2015-03-31/functions/{FunctionName}/invocations", api::invoke).takes(runtime_api::MAX_PAYLOAD_BYTES),
        operation!("ListFunctions", GET "/2015-03-31/functions", api::list_functions),
        operation!("GetFunction", GET "/2015-03-31/functions/{FunctionName}", api::get_function),
        operation!("GetFunctionConfiguration", GET "/2015-03-31/functions/{FunctionName}/configuration", api::get_function_configuration),
        operation!("GetFunctionUrlConfig", GET "/2021-10-31/functions/{FunctionName}/url", api::get_function_url_config),
    ]
}

/// Accepts what a rule, a schedule or a destination sends to a function.
fn accept(cloud: &Cloud, tx: &Tx, message: &Message) -> Result<String, AwsError> {
    let (region, name) = region_and_name(message.target_arn)?;
    queue::enqueue(cloud, tx, region, name, message.body)?;
    Ok(name.to_owned())
}

fn region_and_name(text: &str) -> Result<(&str, &str), AwsError> {
    Arn::parse(text)
        .and_then(|arn| Some((arn.region, arn.name("function")?)))
        // A version or alias is behind another colon; there are none here.
        .filter(|(_, name)| !name.contains(':'))
        .ok_or_else(|| targets::unsupported(text))
}
