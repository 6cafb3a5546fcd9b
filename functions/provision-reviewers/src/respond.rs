//! Answers CloudFormation.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_lambda_events::cloudformation::CloudFormationCustomResourceResponse as Response;

/// S3 takes the answer in milliseconds; CloudFormation's patience is the function's.
const TIMEOUT: Duration = Duration::from_secs(30);

pub async fn put(response_url: &str, response: &Response) -> Result<()> {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Built here rather than at the start, because it reads the machine's certificates. A presigned
    // address of S3 is valid as it is: a redirect would come from another server.
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
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
