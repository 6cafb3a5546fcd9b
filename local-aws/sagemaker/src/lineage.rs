//! What came of what: the entities and associations that SageMaker makes of jobs, model packages and endpoints.
//!
//! Nothing is stored. Each request derives the whole graph from what is there now, so an entity's ARN is made of
//! what the entity stands for. Entities of a person's own are not served.
//!
//! Sources: the developer guide, "Amazon SageMaker AI-Created Tracking Entities", for which entities there are;
//! the lineage tests of aws/sagemaker-python-sdk and the tables that its visualizer prints for types and names.

mod associations;
mod deployments;
mod derived;
mod describe;
mod entity;
mod graph;
mod jobs;
mod lists;
mod query;
mod registry;
mod shown;
mod walk;

#[cfg(test)]
mod tests;

use local_core::operation;
use local_core::wire::Operation;

pub fn lists() -> Vec<Operation> {
    vec![
        operation!("ListArtifacts", lists::artifacts),
        operation!("ListContexts", lists::contexts),
        operation!("ListActions", lists::actions),
        operation!("ListTrialComponents", lists::trial_components),
        operation!("ListAssociations", associations::list),
    ]
}

/// Those that are no lists, and QueryLineage, whose pages are its own.
pub fn operations() -> Vec<Operation> {
    vec![
        operation!("DescribeArtifact", describe::artifact),
        operation!("DescribeContext", describe::context),
        operation!("DescribeAction", describe::action),
        operation!("DescribeTrialComponent", describe::trial_component),
        operation!("QueryLineage", query::query),
    ]
}
