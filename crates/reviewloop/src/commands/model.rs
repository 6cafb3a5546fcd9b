//! One model version: the verdict with its reasons, the scores, how it was trained and where its files are.

mod files;
mod text;

use contracts::evaluation::Evaluation;
use serde_json::json;

use crate::account::Account;
use crate::evidence;
use crate::output::Output;
use files::files;

pub async fn model(account: &Account, version: i32, output: &Output) -> anyhow::Result<()> {
    let model = evidence::model(account, version).await?;
    let evaluation: Option<Evaluation> = match model.evaluation_uri() {
        Some(uri) => account.find_at(uri).await?,
        None => None,
    };
    let files = files(&model);
    let result = json!({
        "ok": true,
        "version": model.version,
        "model_package_arn": model.arn,
        "approval_status": model.approval,
        "approval_description": model.approval_description,
        "withdrawn": model.withdrawn,
        "verdict": model.verdict,
        "evaluation": evaluation,
        "files": files.iter().cloned().collect::<serde_json::Map<_, _>>(),
    });
    output.result(&result, || {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = text::write(&mut text, &model, evaluation.as_ref(), &account.stack);
        text
    })
}

#[cfg(test)]
mod tests;
