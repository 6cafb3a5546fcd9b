//! Human task UIs: worker task templates under a name.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use worker_portal::template::unsupported_elements;

use local_core::Call;
use local_core::listing::{ListRequest, Listed, SortOrder, page};
use local_core::names;
use local_core::store::{Table, Tx};
use local_core::tags::{self, Tag};
use local_core::timestamp::Timestamp;
use local_core::wire::{AwsError, Reply};

const TASK_UIS: Table<TaskUi> = Table::new("sagemaker/human-task-ui");
/// Named by content and never deleted: a human loop outlives the task UI that it was started with.
const TEMPLATES: Table<String> = Table::new("sagemaker/human-task-ui-template");

#[derive(Serialize, Deserialize)]
struct TaskUi {
    arn: String,
    created: Timestamp,
    template_sha256: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRequest {
    human_task_ui_name: String,
    ui_template: UiTemplate,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UiTemplate {
    pub content: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct NameRequest {
    human_task_ui_name: String,
}

pub async fn create(call: Call, request: CreateRequest) -> Reply {
    let (name, content) = (&request.human_task_ui_name, &request.ui_template.content);
    check_elements(content)?;
    let ui = TaskUi {
        arn: names::arn(&call, "human-task-ui", name),
        created: Timestamp::now(&call.cloud.world),
        template_sha256: HEXLOWER.encode(&Sha256::digest(content)),
    };
    call.cloud.store.write(|tx| {
        if TASK_UIS.get(tx, &call.region, name).is_some() {
            let message = format!("The human task UI {} already exists.", ui.arn);
            return Err(AwsError::new(400, "ResourceInUse", message));
        }
        TEMPLATES.put(tx, "", &ui.template_sha256, content);
        TASK_UIS.put(tx, &call.region, name, &ui);
        tags::create(tx, &ui.arn, &request.tags);
        Ok(json!({ "HumanTaskUiArn": ui.arn }))
    })
}

pub async fn describe(call: Call, request: NameRequest) -> Reply {
    let name = &request.human_task_ui_name;
    let ui = call.cloud.store.read(|tx| get(tx, &call.region, name))?;
    Ok(json!({
        "HumanTaskUiArn": ui.arn,
        "HumanTaskUiName": name,
        "HumanTaskUiStatus": "Active",
        "CreationTime": ui.created.seconds(),
        "UiTemplate": {
            "Url": format!("{}/templates/{}", call.cloud.portal_url(), ui.template_sha256),
            "ContentSha256": ui.template_sha256,
        },
    }))
}

pub async fn list(call: Call, request: ListRequest) -> Reply {
    let all = call.cloud.store.read(|tx| TASK_UIS.list(tx, &call.region));
    let all = all
        .into_iter()
        .map(|(name, ui)| Listed {
            created: ui.created,
            modified: ui.created,
            status: "Active",
            summary: json!({
                "HumanTaskUiName": name,
                "HumanTaskUiArn": ui.arn,
                "CreationTime": ui.created.seconds(),
            }),
            name,
        })
        .collect();
    let page = page(all, &request, SortOrder::Ascending)?;
    Ok(json!({ "HumanTaskUiSummaries": page.summaries, "NextToken": page.next_token }))
}

pub async fn delete(call: Call, request: NameRequest) -> Reply {
    let name = &request.human_task_ui_name;
    call.cloud.store.write(|tx| {
        let ui = get(tx, &call.region, name)?;
        TASK_UIS.delete(tx, &call.region, name);
        tags::remove(tx, &ui.arn);
        Ok(json!({}))
    })
}

/// The name under which the task UI's template is kept for good.
pub fn template_of(tx: &Tx, region: &str, arn: &str) -> Result<String, AwsError> {
    let name = names::of(arn, "human-task-ui");
    get(tx, region, name).map(|ui| ui.template_sha256)
}

pub fn template(tx: &Tx, sha256: &str) -> Option<String> {
    TEMPLATES.get(tx, "", sha256)
}

/// Refuses elements that the portal does not have. Liquid's own errors show when it is rendered.
pub fn check_elements(content: &str) -> Result<(), AwsError> {
    let unsupported = unsupported_elements(content);
    if unsupported.is_empty() {
        return Ok(());
    }
    let names = unsupported.join(", ");
    Err(AwsError::unsupported(format!(
        "the worker portal does not have the elements {names}"
    )))
}

/// The task UI of that name, or SageMaker's refusal.
fn get(tx: &Tx, region: &str, name: &str) -> Result<TaskUi, AwsError> {
    TASK_UIS.get(tx, region, name).ok_or_else(|| {
        let message = format!("The human task UI {name} does not exist.");
        AwsError::new(400, "ResourceNotFound", message)
    })
}
