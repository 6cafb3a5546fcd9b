//! One set of features for shared dependencies; see `Cargo.toml`.
