//! AWS's limits on the members of this crate's operations, as the service's model has them.

mod endpoints;
mod jobs;
mod lineage;
mod patterns;
mod registry;

use local_core::wire::Operation;
use local_core::wire::constraints::Constraints;
use local_core::wire::limits::{PAGES, ROLES, TAGS, in_each};

/// `of_tags` are the operations on tags, whose list has pages of its own.
pub fn constraints(operations: &[Operation], of_tags: &[Operation]) -> Vec<Constraints> {
    let tables = [
        in_each(operations, &[PAGES, ROLES, TAGS]),
        in_each(of_tags, &[TAGS]),
        jobs::TABLE.into(),
        endpoints::TABLE.into(),
        registry::TABLE.into(),
        lineage::TABLE.into(),
    ];
    let code = "ValidationException";
    let mut all = Vec::from(tables.map(|table| Constraints { code, table }));
    all.push(Constraints {
        code: "ValidationError",
        table: endpoints::RUNTIME.into(),
    });
    all
}

#[cfg(test)]
mod tests {
    use local_core::wire::AwsError;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn a_list_of_tags_has_longer_pages_than_other_lists() {
        let bench = Bench::new();
        let arn = "arn:aws:sagemaker:us-east-1:123456789012:model/m";
        let page = |results| json!({ "ResourceArn": arn, "MaxResults": results });
        let refused = bench.call("ListTags", &page(101)).await.err();
        let of_pages = |refusal: AwsError| refusal.message.contains("at 'maxResults'");
        assert!(!refused.is_some_and(of_pages));
        let other = json!({ "MaxResults": 101 });
        for (operation, members) in [("ListTags", page(49)), ("ListModels", other)] {
            let refused = bench.call(operation, &members).await.unwrap_err();
            assert!(of_pages(refused), "{operation}");
        }
    }
}
