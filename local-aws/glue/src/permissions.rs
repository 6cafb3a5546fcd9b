//! What each operation asks of its caller's policies.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "glue" {
        "CreateDatabase": "catalog", "database/{DatabaseInput.Name}";
        "GetDatabase": "catalog", "database/{Name}";
        "GetDatabases": "catalog";
        "UpdateDatabase": "catalog", "database/{Name}";
        "DeleteDatabase": "catalog", "database/{Name}", "table/{Name}/*", "userDefinedFunction/{Name}/*";
        "CreateTable": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableInput.Name}";
        "GetTable": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{Name}";
        "GetTables": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/*";
        "UpdateTable": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableInput.Name}";
        "DeleteTable": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{Name}";
        "CreatePartition": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableName}";
        "BatchCreatePartition": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableName}";
        "GetPartition": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableName}";
        "GetPartitions": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableName}";
        "DeletePartition": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableName}";
        "BatchDeletePartition": "catalog", "database/{DatabaseName}", "table/{DatabaseName}/{TableName}";
    }
};
