//! Custom resource: workforce, reviewers and flow definition.
