//! Confirms a deployment or records its rollback.
