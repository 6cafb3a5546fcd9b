use contracts::keys;
use serde_json::Value;

use crate::evidence::Model;

/// Name and address of each file of a version.
pub fn files(model: &Model) -> Vec<(String, Value)> {
    let evaluation = model.evaluation_uri().map(str::to_owned);
    let execution = model.execution_id().and_then(|id| {
        let (bucket, _) = keys::parse_s3_uri(model.registered_evaluation.as_deref()?)?;
        Some(keys::s3_uri(bucket, &keys::execution(id)))
    });
    let files = [
        ("model", model.model_data_url.clone()),
        ("evaluation", evaluation),
        ("verdict", model.verdict_uri.clone()),
        ("execution", execution),
    ];
    files
        .into_iter()
        .filter_map(|(name, address)| Some((name.to_owned(), address?.into())))
        .collect()
}
