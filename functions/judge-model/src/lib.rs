//! The gate: judges a registered model package.
