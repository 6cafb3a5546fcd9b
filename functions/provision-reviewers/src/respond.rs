//! Answers CloudFormation.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_lambda_events::cloudformation::CloudFormationCustomResourceResponse as Response;
use reqwest::Url;

/// S3 takes the answer in milliseconds; CloudFormation's patience is the function's.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The domains of S3, where CloudFormation's buckets for answers are.
const DOMAINS: [&str; 2] = [".amazonaws.com", ".amazonaws.com.cn"];

/// Refuses an address that is neither S3's nor at the endpoint where the SDK finds it, by its host alone:
/// an error that shows the whole would show its signature. An event may name any address, and this process
/// reaches some that its sender does not.
pub fn check(response_url: &str, endpoint_url: Option<&str>) -> Result<(), String> {
    let url = Url::parse(response_url)
        .map_err(|error| format!("the ResponseURL is no address: {error}"))?;
    let endpoint = endpoint_url.and_then(|endpoint| Url::parse(endpoint).ok());
    if endpoint.is_some_and(|endpoint| endpoint.origin() == url.origin()) {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default();
    let known = DOMAINS.iter().any(|domain| host.ends_with(domain));
    if known && url.scheme() == "https" && url.port_or_known_default() == Some(443) {
        return Ok(());
    }
    let origin = url.origin().ascii_serialization();
    Err(format!(
        "the ResponseURL leads to {origin}, which is not CloudFormation's"
    ))
}

pub async fn put(response_url: &str, response: &Response) -> Result<()> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Built here rather than at the start, because it reads the machine's certificates. A presigned
    // address of S3 is valid as it is: a redirect would come from another server, and a proxy would
    // be another.
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .build()
        .context("answer CloudFormation")?;
    // The URL was signed without a content type. An error that shows it would show the signature.
    let body = serde_json::to_vec(response)?;
    let request = http.put(response_url).body(body).build();
    let request = request
        .map_err(reqwest::Error::without_url)
        .context("answer CloudFormation")?;
    let answer = http.execute(request).await;
    let answer = answer
        .map_err(reqwest::Error::without_url)
        .context("answer CloudFormation")?;
    let status = answer.status();
    ensure!(
        status.is_success(),
        "CloudFormation's bucket answered {status}"
    );
    Ok(())
}
