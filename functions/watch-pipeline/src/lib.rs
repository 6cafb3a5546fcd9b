//! Says why a pipeline execution failed and retries by error class.
