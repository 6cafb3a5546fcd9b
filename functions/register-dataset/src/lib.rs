//! Checks an uploaded file and registers it as a dataset version.
