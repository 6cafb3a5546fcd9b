//! Answers CloudFormation.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use aws_lambda_events::cloudformation::CloudFormationCustomResourceResponse as Response;
use reqwest::Url;

/// S3 takes the answer in milliseconds; CloudFormation's patience is the function's.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The ends of AWS's host names by partition, as the SDK's endpoints have them: `aws` and `aws-us-gov`,
/// `aws-cn`, `aws-eusc`. The partitions without a way from the internet (`aws-iso`, `-b`, `-e`, `-f`) are none
/// of them.
const SUFFIXES: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu"];

/// Refuses an address that is neither S3's nor at the endpoint where the SDK finds AWS, by its host alone:
/// an error that shows the whole would show its signature. An event may name any address, and this process
/// reaches some that its sender does not; some of AWS's own hosts (a load balancer, an API) belong to customers.
pub fn check(response_url: &str, endpoint_url: Option<&str>) -> Result<(), String> {
    let url = Url::parse(response_url)
        .map_err(|error| format!("the ResponseURL is no address: {error}"))?;
    let endpoint = endpoint_url.and_then(|endpoint| Url::parse(endpoint).ok());
    if endpoint.is_some_and(|endpoint| endpoint.origin() == url.origin()) {
        return Ok(());
    }
    let is_s3 = url.host_str().is_some_and(is_s3);
    if is_s3 && url.scheme() == "https" && url.port_or_known_default() == Some(443) {
        return Ok(());
    }
    let origin = url.origin().ascii_serialization();
    Err(format!(
        "the ResponseURL leads to {origin}, which is none of S3's addresses"
    ))
}

/// Whether a host is S3's: `s3`, `s3-REGION`, `s3.REGION` or `s3.dualstack.REGION` before AWS's suffix, with or
/// without a bucket in front. A bucket's name may have dots, and no part of it counts.
/// Source: docs.aws.amazon.com/general/latest/gr/s3.html, "Amazon S3 endpoints".
fn is_s3(host: &str) -> bool {
    let Some(name) = SUFFIXES.iter().find_map(|suffix| host.strip_suffix(suffix)) else {
        return false;
    };
    let labels: Vec<&str> = name.rsplit('.').collect();
    match labels[..] {
        ["s3", ..] => true,
        [region, "s3", ..] | [region, "dualstack", "s3", ..] => is_region(region),
        [label, ..] => label.strip_prefix("s3-").is_some_and(is_region),
        [] => false,
    }
}

/// `eu-central-1`, `us-gov-west-1`, `eusc-de-east-1`: two letters or `eusc`, one or two words, a number.
/// (`website-us-east-1` is none.)
fn is_region(label: &str) -> bool {
    let mut parts = label.rsplit('-');
    let number = parts.next().unwrap_or_default();
    let words: Vec<&str> = parts.collect();
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|it| it.is_ascii_lowercase());
    let is_area = words
        .last()
        .is_some_and(|area| area.len() == 2 || *area == "eusc");
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    is_area && is_number && (2..=3).contains(&words.len()) && words.iter().all(is_word)
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
