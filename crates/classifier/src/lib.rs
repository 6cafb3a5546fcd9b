//! The ML program and container entry point: prepare, train, evaluate, serve.
