//! Answers CloudFormation.

use anyhow::{Context, Result};
use aws_lambda_events::cloudformation::CloudFormationCustomResourceResponse as Response;

use crate::Deps;

pub fn client() -> reqwest::Client {
    // Fails only where a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

pub async fn put(deps: &Deps, response_url: &str, response: &Response) -> Result<()> {
    // The URL was signed without a content type. An error that shows it would show the signature.
    let body = serde_json::to_vec(response)?;
    let request = deps.http.put(response_url).body(body).build();
    let request = request
        .map_err(reqwest::Error::without_url)
        .context("answer CloudFormation")?;
    let answer = deps.http.execute(request).await;
    let answer = answer
        .map_err(reqwest::Error::without_url)
        .context("answer CloudFormation")?;
    let accepted = answer
        .error_for_status()
        .map_err(reqwest::Error::without_url);
    accepted.map(drop).context("answer CloudFormation")
}
