//! Cognito user pools: as much as a private workforce needs.
//!
//! Users sign in with a name and a password, at the worker portal and by the API; there is no mail, no
//! text message, no second factor and no hosted page (a domain is a name that is taken). Passwords are
//! kept only as [`password::Hashed`], tokens not at all.
//!
//! A file with a singular name is a document and how it is found; its plural has the operations.

mod challenge;
mod client;
mod clients;
mod constraints;
mod domains;
mod errors;
mod group;
mod groups;
mod hashing;
mod members;
mod paging;
mod password;
mod passwords;
mod permissions;
mod pool;
mod pools;
mod sign_in;
mod sign_ins;
mod token;
mod tokens;
mod user;
mod users;
mod validity;
mod without_effect;

#[cfg(test)]
mod tests;

pub use client::get as client;
pub use group::{group_exists, is_member};
pub use passwords::{Checked, Credential, NotChosen, check_password, choose_password, is_current};
pub use pool::issuer;
pub use user::Status;

use local_core::operation;
use local_core::part::Part;
use local_core::wire::{Operation, apis};

pub fn part() -> Part {
    let operations = operations();
    Part {
        permissions: permissions::ALL,
        constraints: vec![constraints::constraints(&operations)],
        operations: vec![(apis::COGNITO_IDENTITY_PROVIDER, operations)],
        semantics: crate::semantics::NOTES,
        ..Part::default()
    }
}

fn operations() -> Vec<Operation> {
    vec![
        operation!("CreateUserPool", pools::create),
        operation!("DescribeUserPool", pools::describe),
        operation!("ListUserPools", pools::list),
        operation!("UpdateUserPool", pools::update),
        operation!("DeleteUserPool", pools::delete),
        operation!("CreateUserPoolClient", clients::create),
        operation!("UpdateUserPoolClient", clients::update),
        operation!("DescribeUserPoolClient", clients::describe),
        operation!("ListUserPoolClients", clients::list),
        operation!("DeleteUserPoolClient", clients::delete),
        operation!("CreateUserPoolDomain", domains::create),
        operation!("DescribeUserPoolDomain", domains::describe),
        operation!("DeleteUserPoolDomain", domains::delete),
        operation!("CreateGroup", groups::create),
        operation!("UpdateGroup", groups::update),
        operation!("GetGroup", groups::get),
        operation!("ListGroups", groups::list),
        operation!("DeleteGroup", groups::delete),
        operation!("AdminAddUserToGroup", members::add),
        operation!("AdminRemoveUserFromGroup", members::remove),
        operation!("ListUsersInGroup", members::users_of_group),
        operation!("AdminListGroupsForUser", members::groups_of_user),
        operation!("AdminCreateUser", users::create),
        operation!("AdminGetUser", users::get),
        operation!("AdminDeleteUser", users::delete),
        operation!("ListUsers", users::list),
        operation!("AdminSetUserPassword", passwords::admin_set_password),
        operation!("AdminDisableUser", users::disable),
        operation!("AdminEnableUser", users::enable),
        operation!("AdminUserGlobalSignOut", users::sign_out),
        operation!("InitiateAuth", sign_ins::initiate).unsigned(),
        operation!("RespondToAuthChallenge", sign_ins::respond).unsigned(),
        operation!("GetUser", tokens::get_user).unsigned(),
        operation!("GlobalSignOut", tokens::global_sign_out).unsigned(),
        operation!("RevokeToken", tokens::revoke).unsigned(),
    ]
}
