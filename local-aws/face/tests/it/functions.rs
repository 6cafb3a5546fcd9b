//! Lambda functions: the test function over the Runtime API.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use local_core::driver::Busy;
use serde_json::{Value, json};

use crate::world::{Served, body, reopen, reopen_with, serve, settings};

const TEMPLATE: &str = "
Transform: AWS::Serverless-2016-10-31
Resources:
  Failures: { Type: AWS::SQS::Queue, Properties: { QueueName: failures } }
  Letters: { Type: AWS::SQS::Queue, Properties: { QueueName: letters } }
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: f
      MemorySize: 256
      Timeout: 30
      Environment: { Variables: { COLOUR: blue, QUEUE: !GetAtt Failures.QueueName } }
      DeadLetterQueue: { Type: SQS, TargetArn: !GetAtt Letters.Arn }
      EventInvokeConfig:
        DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failures.Arn } }
      FunctionUrlConfig: { AuthType: AWS_IAM }
  Impatient:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: impatient, CodeUri: f, Timeout: 5 }
  Broken:
    Type: AWS::Serverless::Function
    Properties: { FunctionName: broken, CodeUri: f, Environment: { Variables: { FAIL_AT_START: 'yes' } } }
Outputs:
  Url: { Value: !GetAtt FUrl.FunctionUrl }
";

/// Status, `X-Amz-Function-Error` and payload.
async fn outcome(served: &Served, function: &str, event: Value) -> (u16, Option<String>, Value) {
    let response = served.invoke(function, "RequestResponse", &event).await;
    let error = response
        .headers()
        .get("x-amz-function-error")
        .map(|value| value.to_str().unwrap().to_owned());
    let status = response.status().as_u16();
    (
        status,
        error,
        serde_json::from_str(&response.text().await.unwrap()).unwrap(),
    )
}

#[tokio::test]
async fn an_invocation_answers_what_the_handler_returned() {
    let served = serve(TEMPLATE).await;
    let (status, error, payload) = outcome(&served, "f", json!({ "n": 1 })).await;
    assert_eq!((status, error, payload), (200, None, json!({ "n": 1 })));

    let response = served.invoke("f", "RequestResponse", &json!({})).await;
    let log = STANDARD
        .decode(response.headers()["x-amz-log-result"].as_bytes())
        .unwrap();
    let log = String::from_utf8(log).unwrap();
    assert!(
        log.contains("START RequestId") && log.contains("a line in the log"),
        "{log}"
    );
}

#[tokio::test]
async fn a_function_sees_lambda_s_environment_and_nothing_of_ours() {
    let served = serve(TEMPLATE).await;
    let (_, _, payload) = outcome(&served, "f", json!({ "do": "environment" })).await;
    let environment = &payload["environment"];
    assert_eq!(environment["COLOUR"], "blue");
    assert_eq!(environment["QUEUE"], "failures");
    assert_eq!(environment["AWS_LAMBDA_FUNCTION_NAME"], "f");
    assert_eq!(environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"], "256");
    assert_eq!(environment["AWS_REGION"], "us-east-1");
    assert_eq!(environment["AWS_ENDPOINT_URL"], served.aws.endpoint_url);
    assert_ne!(
        environment["AWS_ACCESS_KEY_ID"], served.aws.user.access_key_id,
        "a function is its own principal"
    );
    assert_eq!(environment["CARGO_MANIFEST_DIR"], Value::Null);
    let task_root = environment["LAMBDA_TASK_ROOT"].as_str().unwrap();
    assert_eq!(std::path::Path::new(task_root), served.file("bin"));
    let trace = environment["_X_AMZN_TRACE_ID"].as_str().unwrap();
    assert!(
        trace.starts_with("Root=1-") && trace.ends_with(";Sampled=0"),
        "{trace}"
    );
    assert!(
        payload["deadline"]
            .as_u64()
            .is_some_and(|deadline| deadline > 1_700_000_000_000)
    );

    let (_, _, again) = outcome(&served, "f", json!({ "do": "environment" })).await;
    assert_eq!(
        again["process"], payload["process"],
        "a sandbox serves the next invocation, too"
    );

    let env_file = std::fs::read_to_string(served.file("state/env/f.env")).unwrap();
    assert!(env_file.contains("AWS_ENDPOINT_URL="), "{env_file}");
}

#[tokio::test]
async fn a_sandbox_that_is_idle_for_minutes_ends() {
    let served = serve(TEMPLATE).await;
    let process = async || {
        let (_, _, payload) = outcome(&served, "f", json!({ "do": "environment" })).await;
        payload["process"].clone()
    };
    let part = local_lambda::part();
    let mut controllers = part.controllers.iter();
    let controller = controllers
        .find(|controller| controller.name == "lambda sandboxes")
        .unwrap();
    let look = || (controller.look)(&served.aws.cloud, &Busy::default());
    let first = process().await;
    assert!(look().again.is_some());
    assert_eq!(process().await, first);
    served.aws.cloud.world.advance(301);
    assert!(look().again.is_none());
    assert_ne!(process().await, first);
}

#[tokio::test]
async fn failures_of_a_function_are_told_apart() {
    let served = serve(TEMPLATE).await;
    let table = [
        ("f", "fail", "asked to fail"),
        ("f", "exit", "Runtime exited with error: exit status: 7"),
        ("impatient", "hang", "Task timed out after 5.00 seconds"),
        ("broken", "echo", "Runtime exited with error"),
    ];
    for (function, wish, expected) in table {
        let (status, error, payload) = outcome(&served, function, json!({ "do": wish })).await;
        assert_eq!(
            (status, error.as_deref()),
            (200, Some("Unhandled")),
            "{wish}"
        );
        let message = payload["errorMessage"].as_str().unwrap();
        assert!(message.contains(expected), "{wish}: {message}");
    }
    // After a crash and a timeout the next one finds a fresh process.
    assert_eq!(
        outcome(&served, "f", json!({ "n": 2 })).await.2,
        json!({ "n": 2 })
    );
    assert_eq!(
        outcome(&served, "impatient", json!({ "n": 3 })).await.2,
        json!({ "n": 3 })
    );

    let response = served.invoke("nobody", "RequestResponse", &json!({})).await;
    assert_eq!(response.status().as_u16(), 404);
}

#[tokio::test]
async fn an_event_that_fails_once_is_tried_again() {
    let served = serve(TEMPLATE).await;
    let tries = served.file("tries");
    let response = served
        .invoke("f", "Event", &json!({ "do": "fail-once", "tries": tries }))
        .await;
    assert_eq!(response.status().as_u16(), 202);
    served.until("two tries", async || count(&tries) == 2).await;
    assert!(served.receive("failures").await.is_empty());
}

#[tokio::test]
async fn an_event_that_always_fails_ends_in_both_queues() {
    let served = serve(TEMPLATE).await;
    let tries = served.file("tries");
    let event = json!({ "do": "fail", "tries": tries });
    served.invoke("f", "Event", &event).await;

    let record = body(&served.messages("failures", 1).await[0]);
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(
        record["requestContext"]["functionArn"],
        "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST"
    );
    assert_eq!(record["requestPayload"], event);
    assert_eq!(record["responseContext"]["functionError"], "Unhandled");
    assert_eq!(record["responsePayload"]["errorMessage"], "asked to fail");

    let letter = &served.messages("letters", 1).await[0];
    assert_eq!(body(letter), event);
    assert_eq!(
        letter["MessageAttributes"]["ErrorCode"]["StringValue"],
        "200"
    );
    assert_eq!(count(&tries), 3);
}

#[tokio::test]
async fn an_accepted_event_survives_a_restart() {
    let served = serve(TEMPLATE).await;
    let told = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let port = told.local_addr().unwrap().port();
    served
        .invoke("f", "Event", &json!({ "do": "hang", "tell": port }))
        .await;
    told.accept().await.unwrap();
    // Stopped while the function works on it: nothing was settled, so it works on it again.
    let _served = reopen(served.stop().await).await;
    told.accept().await.unwrap();
}

#[tokio::test]
async fn a_function_url_speaks_http() {
    let served = serve(TEMPLATE).await;
    let url = &local_aws::stack::outputs(&served.aws.cloud)["Url"];
    assert!(url.starts_with(&served.aws.endpoint_url), "{url}");
    let post = |body: Value| {
        served
            .lambda(&format!("{url}a/b?x=1%202"))
            .header("content-type", "application/json")
            .body(body.to_string())
    };

    let event: Value = serde_json::from_str(
        &post(json!({ "do": "echo" }))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
    )
    .unwrap();
    assert_eq!(event["version"], "2.0");
    assert_eq!(event["rawPath"], "/a/b");
    assert_eq!(event["rawQueryString"], "x=1+2");
    assert_eq!(event["queryStringParameters"], json!({ "x": "1 2" }));
    assert_eq!(event["requestContext"]["http"]["method"], "POST");
    assert_eq!(event["body"], r#"{"do":"echo"}"#);
    assert_eq!(event["isBase64Encoded"], false);

    let answer = post(json!({ "do": "answer" })).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    assert_eq!(answer.headers()["x-made-by"], "test");
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .starts_with("arn:aws:iam::123456789012:user/")
    );

    let failed = post(json!({ "do": "fail" })).send().await.unwrap();
    assert_eq!(failed.status().as_u16(), 502);
}

#[tokio::test]
async fn a_function_url_called_without_a_signature_is_forbidden() {
    let folder = serve(TEMPLATE).await.stop().await;
    let mut settings = settings(folder.path());
    settings.accept_any_credentials = false;
    let served = reopen_with(settings, folder).await;
    let url = &local_aws::stack::outputs(&served.aws.cloud)["Url"];
    let unsigned = reqwest::Client::new().post(url).body("{}");
    let answer = unsigned.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    assert_eq!(answer.text().await.unwrap(), r#"{"Message":"Forbidden"}"#);
}

fn count(file: &std::path::Path) -> usize {
    std::fs::read_to_string(file).map_or(0, |tries| tries.lines().count())
}
