//! Every JSON shape and S3 key that crosses a process boundary, and nothing else.
//!
//! Functions, the classifier and the command line agree here and only here: no other crate
//! spells a JSON field or an S3 key. Shapes are tolerant of fields they do not know (a newer
//! writer must not break an older reader) and never of a missing one they need. A time of the
//! loop's own clock is RFC 3339 in UTC where it crosses, and an `OffsetDateTime` here, because such texts do not sort: their
//! seconds have as many digits as they need. S3's whole seconds and A2I's milliseconds do, and stay texts.

pub mod answers;
pub mod approval;
pub mod automl;
pub mod bias;
pub mod call;
pub mod constraints;
pub mod dataset;
pub mod deployment;
pub mod evaluation;
pub mod event;
pub mod explanation;
pub mod exploration;
pub mod features;
pub mod ground_truth;
pub mod inference;
pub mod intake;
pub mod interval;
pub mod keys;
pub mod moment;
pub mod names;
pub mod notice;
pub mod pipeline;
pub mod prediction;
pub mod request;
pub mod review;
pub mod rollout;
pub mod run;
pub mod schema;
pub mod task;
pub mod training;
pub mod tuning;
pub mod verdict;

#[cfg(test)]
mod tests;
