//! Every handler through the real SDK over an in-process local-aws: its event twice, and once
//! more after the next version is live; then a look at the state.

mod anchor;
mod answering;
mod changed_parameters;
mod clean_up;
mod clock;
mod columns;
mod counting;
mod datasets;
mod delivered;
mod deployment;
mod events;
mod files;
mod gate;
mod human_loops;
mod image;
mod kept_bucket;
mod notices;
mod pipeline;
mod predict_errors;
mod provisioning;
mod reconcile;
mod reevaluation;
mod refusals;
mod refusing;
mod releases;
mod retraining;
mod review;
mod setup;
mod unreadable;
