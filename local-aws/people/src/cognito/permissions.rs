//! What Cognito's operations ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "cognito-idp" {
        "CreateUserPool": "*";
        "DescribeUserPool": "userpool/{UserPoolId}";
        "ListUserPools": "*";
        "UpdateUserPool": "userpool/{UserPoolId}";
        "DeleteUserPool": "userpool/{UserPoolId}";
        "CreateUserPoolClient": "userpool/{UserPoolId}";
        "UpdateUserPoolClient": "userpool/{UserPoolId}";
        "DescribeUserPoolClient": "userpool/{UserPoolId}";
        "ListUserPoolClients": "userpool/{UserPoolId}";
        "DeleteUserPoolClient": "userpool/{UserPoolId}";
        "CreateUserPoolDomain": "userpool/{UserPoolId}";
        "DescribeUserPoolDomain": "*";
        "DeleteUserPoolDomain": "userpool/{UserPoolId}";
        "CreateGroup": "userpool/{UserPoolId}";
        "UpdateGroup": "userpool/{UserPoolId}";
        "GetGroup": "userpool/{UserPoolId}";
        "ListGroups": "userpool/{UserPoolId}";
        "DeleteGroup": "userpool/{UserPoolId}";
        "AdminAddUserToGroup": "userpool/{UserPoolId}";
        "AdminRemoveUserFromGroup": "userpool/{UserPoolId}";
        "ListUsersInGroup": "userpool/{UserPoolId}";
        "AdminListGroupsForUser": "userpool/{UserPoolId}";
        "AdminCreateUser": "userpool/{UserPoolId}";
        "AdminGetUser": "userpool/{UserPoolId}";
        "AdminDeleteUser": "userpool/{UserPoolId}";
        "ListUsers": "userpool/{UserPoolId}";
        "AdminSetUserPassword": "userpool/{UserPoolId}";
        "AdminDisableUser": "userpool/{UserPoolId}";
        "AdminEnableUser": "userpool/{UserPoolId}";
        "AdminUserGlobalSignOut": "userpool/{UserPoolId}";
    }
};
