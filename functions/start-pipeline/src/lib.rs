//! Starts at most one pipeline execution at a time, for the newest dataset version.
