//! Human review from the outside: the SDKs on one side, a browser's requests on the other.

#![allow(clippy::unwrap_used, reason = "the helpers of tests, too")]

#[path = "shared/role.rs"]
mod role;

mod people {
    mod cognito;
    mod door;
    mod human_loops;
    mod portal;
    mod sessions;
    mod sign_in;
    mod stage;
    mod visitor;
    mod workforce;
}
