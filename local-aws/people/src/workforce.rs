//! SageMaker's people: the workforce, work teams and human task UIs.

pub mod grant;
pub mod task_uis;
pub mod team;
pub mod workforces;

mod constraints;
mod permissions;
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
        permissions: permissions::ALL,
        constraints: constraints::constraints(&operations),
        operations: vec![(apis::SAGEMAKER, operations)],
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateWorkforce", workforces::create),
        operation!("DescribeWorkforce", workforces::describe),
        operation!("ListWorkforces", workforces::list),
        operation!("DeleteWorkforce", workforces::delete),
        operation!("CreateWorkteam", teams::create),
        operation!("DescribeWorkteam", teams::describe),
        operation!("ListWorkteams", teams::list),
        operation!("UpdateWorkteam", teams::update),
        operation!("DeleteWorkteam", teams::delete),
        operation!("CreateHumanTaskUi", task_uis::create),
        operation!("DescribeHumanTaskUi", task_uis::describe),
        operation!("ListHumanTaskUis", task_uis::list),
        operation!("DeleteHumanTaskUi", task_uis::delete),
        operation!("RenderUiTemplate", rendering::render),
    ]
}
