//! One call to the endpoint for the whole batch.

use anyhow::{Context, Result, ensure};
use aws_smithy_types::Blob;
use contracts::prediction::{InstanceLine, JSON_LINES, PredictionLine};

use crate::Deps;

/// One answer a text, in order.
pub async fn classify(deps: &Deps, texts: &[String]) -> Result<Vec<PredictionLine>> {
    let mut body = Vec::new();
    for text in texts {
        serde_json::to_writer(
            &mut body,
            &InstanceLine {
                features: Some(vec![text.clone()]),
                fields: None,
            },
        )?;
        body.push(b'\n');
    }
    let endpoint = &deps.config.endpoint_name;
    let answer = deps
        .runtime
        .invoke_endpoint()
        .endpoint_name(endpoint)
        .content_type(JSON_LINES)
        .accept(JSON_LINES)
        .body(Blob::new(body))
        .send()
        .await
        .with_context(|| format!("invoke the endpoint {endpoint}"))?;
    let bytes = answer.body.map(Blob::into_inner).unwrap_or_default();
    let text = String::from_utf8(bytes).context("read the endpoint's answer")?;
    let lines: Vec<PredictionLine> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()
        .context("read the endpoint's answer")?;
    let (asked, answered) = (texts.len(), lines.len());
    ensure!(
        asked == answered,
        "the endpoint answered {answered} lines for {asked} texts"
    );
    Ok(lines)
}
