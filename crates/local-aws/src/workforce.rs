//! SageMaker's people: the workforce, work teams, human task UIs and flow definitions.

pub(crate) mod flows;
pub(crate) mod task_uis;
pub(crate) mod teams;
pub(crate) mod workforces;

mod rendering;

use crate::operation;
use crate::wire::Operation;

pub fn operations() -> Vec<Operation> {
    vec![
        operation!(
            "CreateWorkforce",
            "provision-reviewers, boto3",
            workforces::create
        ),
        operation!(
            "DescribeWorkforce",
            "provision-reviewers, boto3",
            workforces::describe
        ),
        operation!(
            "ListWorkforces",
            "provision-reviewers, boto3",
            workforces::list
        ),
        operation!(
            "DeleteWorkforce",
            "provision-reviewers, boto3",
            workforces::delete
        ),
        operation!("CreateWorkteam", "stack, boto3", teams::create),
        operation!("DescribeWorkteam", "stack, boto3", teams::describe),
        operation!("ListWorkteams", "boto3", teams::list),
        operation!("UpdateWorkteam", "stack, boto3", teams::update),
        operation!("DeleteWorkteam", "stack, boto3", teams::delete),
        operation!("CreateHumanTaskUi", "stack, boto3", task_uis::create),
        operation!("DescribeHumanTaskUi", "stack, boto3", task_uis::describe),
        operation!("ListHumanTaskUis", "boto3", task_uis::list),
        operation!("DeleteHumanTaskUi", "stack, boto3", task_uis::delete),
        operation!("RenderUiTemplate", "boto3", rendering::render),
        operation!(
            "CreateFlowDefinition",
            "provision-reviewers, boto3",
            flows::create
        ),
        operation!(
            "DescribeFlowDefinition",
            "provision-reviewers, boto3",
            flows::describe
        ),
        operation!("ListFlowDefinitions", "boto3", flows::list),
        operation!(
            "DeleteFlowDefinition",
            "provision-reviewers, boto3",
            flows::delete
        ),
    ]
}
