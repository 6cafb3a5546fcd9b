//! The functions' reserved concurrency: every function has some, and what decides on it knows the sum.

use super::stack;
use crate::source;

#[test]
fn every_function_reserves_concurrency_and_infra_deploy_knows_the_sum() {
    let reserved = stack().functions.into_iter().map(|function| {
        let reserved = function.reserved_concurrent_executions;
        reserved.unwrap_or_else(|| panic!("{} reserves none", function.logical_id))
    });
    let sum: u64 = reserved.sum();
    let template = source::read("infra/template.yaml");
    assert!(template.contains(&format!("for each function, {sum} in all")));
    // Lambda keeps 100 unreserved: the developer guide, "Configuring reserved concurrency for a function".
    let deploy = source::read("infra/deploy");
    assert!(deploy.contains(&format!("[ \"$unreserved\" -ge {} ]", 100 + sum)));
    assert!(deploy.contains(&format!("unreserved + {sum}))")));
}
