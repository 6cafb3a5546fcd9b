//! The environment of a cargo that this program starts.
//!
//! Under `cargo run` this program has the variables that Cargo sets for its package. Build scripts watch some of
//! them (ring's watches `CARGO_MANIFEST_DIR`), so a build that inherits them compiles what an ordinary one has
//! compiled, and the next ordinary one compiles it again.

use std::ffi::OsString;

/// What Cargo sets for a package: Cargo's reference, "Environment variables Cargo sets for crates", but for `CARGO`,
/// which is a program to call. What build scripts alone get never reaches this program, and a person may set some
/// of it.
const OF_A_PACKAGE: [&str; 4] = [
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_TMPDIR",
    "OUT_DIR",
];
/// The same, as beginnings of names.
const OF_A_PACKAGE_PREFIXES: [&str; 3] = ["CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PKG_"];

/// The variables without those that Cargo set for the package of the running program.
pub fn of_no_package(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> impl Iterator<Item = (OsString, OsString)> {
    variables
        .into_iter()
        .filter(|(name, _)| !is_of_a_package(&name.to_string_lossy()))
}

fn is_of_a_package(name: &str) -> bool {
    OF_A_PACKAGE.contains(&name)
        || OF_A_PACKAGE_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}
