//! What IAM's own operations ask of their caller.

use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = &[
    Permission::new("CreateRole", "iam:CreateRole", "role/{RoleName}"),
    Permission::new("GetRole", "iam:GetRole", "role/{RoleName}"),
    Permission::new("DeleteRole", "iam:DeleteRole", "role/{RoleName}"),
    Permission::new("PutRolePolicy", "iam:PutRolePolicy", "role/{RoleName}"),
    Permission::new(
        "DeleteRolePolicy",
        "iam:DeleteRolePolicy",
        "role/{RoleName}",
    ),
];
