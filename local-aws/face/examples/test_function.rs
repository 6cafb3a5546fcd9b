//! The Lambda function of the tests: it does what its event asks.

use std::io::Write;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Error> {
    if std::env::var("FAIL_AT_START").is_ok() {
        return Err("asked to fail at the start".into());
    }
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (payload, context) = event.into_parts();
    println!("a line in the log");
    if payload.get("ResponseURL").is_some() {
        return custom_resource(&payload).await;
    }
    let url_body: Value = payload["body"]
        .as_str()
        .and_then(|body| serde_json::from_str(body).ok())
        .unwrap_or_default();
    let wish = if url_body.is_object() {
        &url_body
    } else {
        &payload
    };
    if payload["emf"].is_object() {
        println!("{}", payload["emf"]);
    }
    // One line for each try, so that a test can count them.
    if let Some(file) = wish["tries"].as_str() {
        let mut tries = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)?;
        writeln!(tries, "try")?;
    }
    // A connection tells a test that the handler runs, and its end that the process has ended.
    if let Some(port) = wish["tell"].as_u64() {
        let told = tokio::net::TcpStream::connect(("127.0.0.1", u16::try_from(port)?)).await?;
        std::mem::forget(told);
    }
    match wish["do"].as_str().unwrap_or("echo") {
        "echo" => Ok(payload),
        "fail" => Err("asked to fail".into()),
        "fail-once" => {
            let tries = std::fs::read_to_string(wish["tries"].as_str().unwrap_or_default())?;
            if tries.lines().count() == 1 {
                Err("asked to fail once".into())
            } else {
                Ok(payload)
            }
        }
        "hang" => std::future::pending().await,
        "exit" => std::process::exit(7),
        "environment" => Ok(json!({
            "environment": std::env::vars().collect::<std::collections::BTreeMap<_, _>>(),
            "deadline": context.deadline,
            "process": std::process::id(),
        })),
        "answer" => Ok(json!({
            "statusCode": 201,
            "headers": { "x-made-by": "test" },
            "body": payload["requestContext"]["authorizer"]["iam"]["userArn"],
        })),
        other => Err(format!("unknown wish {other}").into()),
    }
}

async fn custom_resource(event: &Value) -> Result<Value, Error> {
    let properties = &event["ResourceProperties"];
    let id = properties["Id"].as_str().unwrap_or("made-by-test");
    // A line for each request, so that a test can read what was asked.
    if let Some(file) = properties["Requests"].as_str() {
        let mut requests = std::fs::OpenOptions::new().append(true).open(file)?;
        let asked = [&event["RequestType"], &event["PhysicalResourceId"]];
        let asked = asked.map(|member| member.as_str().unwrap_or("none"));
        writeln!(requests, "{}", asked.join(" "))?;
    }
    let fails = properties["Fail"] == "true" || properties["Fail"] == event["RequestType"];
    let answer = json!({
        "Status": if fails { "FAILED" } else { "SUCCESS" },
        "Reason": "asked to fail",
        "PhysicalResourceId": id,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": { "RequestType": event["RequestType"], "Size": properties["Size"] },
    });
    if properties["Answer"] == "false" {
        return Ok(Value::Null);
    }
    let url = event["ResponseURL"].as_str().ok_or("no ResponseURL")?;
    let response = reqwest::Client::new()
        .put(url)
        .body(answer.to_string())
        .send()
        .await?;
    if !response.status().is_success() {
        return Err(format!("the answer was refused: {}", response.text().await?).into());
    }
    Ok(Value::Null)
}
