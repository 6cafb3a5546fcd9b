//! SageMaker's people: the workforce, work teams and human task UIs.

pub mod grant;
pub mod task_uis;
pub mod team;
pub mod workforces;

mod constraints;
mod rendering;
mod teams;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::{Operation, apis};

pub fn part() -> Part {
    let operations = operations();
    Part {
        constraints: constraints::constraints(&operations),
        operations: vec![(apis::SAGEMAKER, operations)],
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
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
    ]
}
