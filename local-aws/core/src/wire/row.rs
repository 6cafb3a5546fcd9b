//! The rows of the services' tables.

/// A row of a service's table.
///
/// ```text
/// operation!("DescribePipeline", describe)
/// operation!("DescribeHumanLoop", GET "/human-loops/{HumanLoopName}", describe)
/// operation!("InitiateAuth", initiate).unsigned()
/// operation!(raw "InvokeEndpoint", POST "/endpoints/{EndpointName}/invocations", invoke).takes(25 * MIB)
/// ```
///
/// The function is `async fn(Call, Request) -> Result<impl Serialize, AwsError>`, where `Request`
/// derives `Deserialize` with `deny_unknown_fields`; path labels and query parameters are members
/// like the body's. A `raw` one is `async fn(Call, RawRequest) -> Result<Response<Body>, AwsError>`.
/// Where an operation does otherwise than AWS's, its crate says so in `Part::semantics`.
#[macro_export]
macro_rules! operation {
    (raw $name:literal, $method:ident $path:literal, $function:expr) => {
        $crate::wire::Operation {
            name: $name,
            route: Some(($crate::wire::operation::Method::$method, $path)),
            most_bytes: $crate::wire::operation::MOST_JSON_BYTES,
            unsigned: false,
            reads: None,
            run: |call, request| {
                Box::pin(async move {
                    $function(call, request)
                        .await
                        .map($crate::wire::operation::Answer::Raw)
                })
            },
        }
    };
    ($name:literal, $method:ident $path:literal, $function:expr) => {
        $crate::wire::Operation {
            route: Some(($crate::wire::operation::Method::$method, $path)),
            ..$crate::operation!($name, $function)
        }
    };
    ($name:literal, $function:expr) => {
        $crate::wire::Operation {
            name: $name,
            route: None,
            most_bytes: $crate::wire::operation::MOST_JSON_BYTES,
            unsigned: false,
            reads: Some(|members| $crate::wire::operation::takes_members($function, members)),
            run: |call, request| {
                Box::pin(async move {
                    let request = $crate::wire::json::members(&call.cloud, $name, &request)?;
                    $crate::wire::json::reply(&$function(call, request).await?)
                })
            },
        }
    };
}
