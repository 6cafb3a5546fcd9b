//! The functions' reserved concurrency: every function has some, and what decides on it knows the sum.

use super::{short_name, stack};
use crate::source;

#[test]
fn every_function_reserves_concurrency_and_infra_deploy_knows_the_sum() {
    let of = |function: &sam::Function| {
        let reserved = function.reserved_concurrent_executions;
        reserved.unwrap_or_else(|| panic!("{} reserves none", function.logical_id))
    };
    let functions = stack().functions;
    let sum: u64 = functions.iter().map(of).sum();
    // Not every stack has them.
    let optional = functions.iter().filter(|it| {
        [
            "review-portal",
            "decide-model",
            "export-features",
            "record-feedback",
        ]
        .contains(&short_name(it))
    });
    let optional: u64 = optional.map(of).sum();
    let template = source::read("infra/template.yaml");
    assert!(template.contains(&format!("for each function, {sum} in all")));
    // Lambda keeps 100 unreserved: the developer guide, "Configuring reserved concurrency for a function".
    let deploy = source::read("infra/deploy");
    assert!(deploy.contains(&format!("[ \"$unreserved\" -ge {} ]", 100 + sum)));
    assert!(deploy.contains(&format!("unreserved + {}))", sum - optional)));
    let parameters = source::read("docs/parameters.md");
    assert!(parameters.contains(&format!("for each function, {sum} in all")));
}
