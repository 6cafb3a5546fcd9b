//! `RenderUiTemplate`: a template over an input, before a loop is started.

use serde::Deserialize;
use serde_json::{Value, json};
use worker_portal::template::render_task_apart;

use super::grant::grant_read_access;
use super::task_uis::{self, UiTemplate};
use local_core::wire::{AwsError, Reply};
use local_core::{Call, Principal};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RenderRequest {
    ui_template: Option<UiTemplate>,
    human_task_ui_arn: Option<String>,
    task: Task,
    /// Whose rights files are granted with.
    role_arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Task {
    input: String,
}

pub async fn render(call: Call, request: RenderRequest) -> Reply {
    let template = match (request.ui_template, &request.human_task_ui_arn) {
        (Some(template), None) => template.content,
        (None, Some(arn)) => call.cloud.store.read(|tx| {
            let sha256 = task_uis::template_of(tx, &call.region, arn)?;
            Ok::<_, AwsError>(task_uis::template(tx, &sha256).unwrap_or_default())
        })?,
        _ => {
            let message = "Specify exactly one of UiTemplate and HumanTaskUiArn";
            return Err(AwsError::validation(message));
        }
    };
    task_uis::check_elements(&template)?;
    let input: Value = serde_json::from_str(&request.task.input)
        .map_err(|error| AwsError::validation(format!("Task.Input is not JSON: {error}")))?;
    call.cloud.store.read(|tx| {
        call.cloud
            .check_trust(tx, &request.role_arn, "sagemaker.amazonaws.com")
    })?;
    let role = Principal::role(&request.role_arn, "AmazonAugmentedAI");
    let grant = grant_read_access(&call.cloud, &role);
    Ok(match render_task_apart(template, input, grant).await {
        Ok(html) => json!({ "RenderedContent": html, "Errors": [] }),
        Err(error) => json!({
            "RenderedContent": "",
            "Errors": [{ "Code": "TemplateRenderingError", "Message": error.to_string() }],
        }),
    })
}
