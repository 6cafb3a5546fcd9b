//! What each operation asks of its caller's policies.

use local_core::Call;
use local_core::authorization::Question;
use local_core::wire::AwsError;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = &[
    Permission::new(
        "CreateWorkGroup",
        "athena:CreateWorkGroup",
        "workgroup/{Name}",
    ),
    Permission::new(
        "GetWorkGroup",
        "athena:GetWorkGroup",
        "workgroup/{WorkGroup}",
    ),
    Permission::new(
        "UpdateWorkGroup",
        "athena:UpdateWorkGroup",
        "workgroup/{WorkGroup}",
    ),
    Permission::new(
        "DeleteWorkGroup",
        "athena:DeleteWorkGroup",
        "workgroup/{WorkGroup}",
    ),
    Permission::new("ListWorkGroups", "athena:ListWorkGroups", "*"),
    Permission::new("ListDataCatalogs", "athena:ListDataCatalogs", "*"),
    Permission::new(
        "ListDatabases",
        "athena:ListDatabases",
        "datacatalog/{CatalogName}",
    ),
    Permission::new(
        "ListTableMetadata",
        "athena:ListTableMetadata",
        "datacatalog/{CatalogName}",
    ),
    Permission::new(
        "GetTableMetadata",
        "athena:GetTableMetadata",
        "datacatalog/{CatalogName}",
    ),
    // The workgroup of these is the request's only where it has one: they ask by `check`.
    Permission::none("StartQueryExecution"),
    Permission::none("GetQueryExecution"),
    Permission::none("BatchGetQueryExecution"),
    Permission::none("ListQueryExecutions"),
    Permission::none("StopQueryExecution"),
    Permission::none("GetQueryResults"),
];

/// Whether the caller may do an operation to what is in a workgroup.
pub fn check(call: &Call, operation: &str, work_group: &str) -> Result<(), AwsError> {
    let resource = call.arn("athena", &format!("workgroup/{work_group}"));
    let action = format!("athena:{operation}");
    let question = Question::new(&call.principal, &action, &resource);
    call.cloud.authorize(&question)
}
