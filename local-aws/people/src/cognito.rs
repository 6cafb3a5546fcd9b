//! Cognito user pools: as much as a private workforce needs.
//!
//! Users sign in with a name and a password; there is no mail, no text message, no second factor
//! and no hosted page (a domain is a name that is taken). Passwords are kept only as
//! [`password::Hashed`].
//!
//! A file with a singular name is a document and how it is found; its plural has the operations.

mod client;
mod clients;
mod constraints;
mod domains;
mod errors;
mod group;
mod groups;
mod members;
mod paging;
mod password;
mod pool;
mod pools;
mod sign_in;
mod user;
mod users;
mod without_effect;

#[cfg(test)]
mod tests;

pub use client::get as client;
pub use group::{group_exists, is_member};
pub use sign_in::{Checked, Credential, NotChosen, check_password, choose_password, is_current};
pub use user::Status;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::{Operation, apis};

pub fn part() -> Part {
    let operations = operations();
    Part {
        constraints: vec![constraints::constraints(&operations)],
        operations: vec![(apis::COGNITO_IDENTITY_PROVIDER, operations)],
        semantics: crate::semantics::NOTES,
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateUserPool", "stack, boto3", pools::create),
        operation!("DescribeUserPool", "stack, boto3", pools::describe),
        operation!("ListUserPools", "boto3", pools::list),
        operation!("UpdateUserPool", "stack", pools::update),
        operation!("DeleteUserPool", "stack, boto3", pools::delete),
        operation!("CreateUserPoolClient", "stack, boto3", clients::create),
        operation!("UpdateUserPoolClient", "stack", clients::update),
        operation!("DescribeUserPoolClient", "boto3", clients::describe),
        operation!("ListUserPoolClients", "boto3", clients::list),
        operation!("DeleteUserPoolClient", "stack, boto3", clients::delete),
        operation!("CreateUserPoolDomain", "stack, boto3", domains::create),
        operation!("DescribeUserPoolDomain", "boto3", domains::describe),
        operation!("DeleteUserPoolDomain", "stack, boto3", domains::delete),
        operation!("CreateGroup", "stack, boto3", groups::create),
        operation!("UpdateGroup", "stack", groups::update),
        operation!("GetGroup", "boto3", groups::get),
        operation!("ListGroups", "boto3", groups::list),
        operation!("DeleteGroup", "stack, boto3", groups::delete),
        operation!(
            "AdminAddUserToGroup",
            "provision-reviewers, boto3",
            members::add
        ),
        operation!("AdminRemoveUserFromGroup", "boto3", members::remove),
        operation!("ListUsersInGroup", "boto3", members::users_of_group),
        operation!("AdminListGroupsForUser", "boto3", members::groups_of_user),
        operation!(
            "AdminCreateUser",
            "provision-reviewers, boto3",
            users::create
        ),
        operation!("AdminGetUser", "boto3", users::get),
        operation!("AdminDeleteUser", "boto3", users::delete),
        operation!("ListUsers", "boto3", users::list),
        operation!(
            "AdminSetUserPassword",
            "reviewloop, boto3",
            sign_in::admin_set_password
        ),
    ]
}
