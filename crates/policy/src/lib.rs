//! The rules of the loop: values in, decisions out.
//!
//! Nothing here does I/O or reads a clock, the environment or randomness; they are arguments.
//! Every function that must agree across processes (which part a text falls into, which version
//! should be live, what a thing is called) exists once, here.

pub mod anchor;
pub mod answers;
pub mod approval;
pub mod choice;
pub mod comparison;
pub mod consolidation;
mod content_name;
pub mod dataset;
pub mod deployment;
pub mod desired;
pub mod failure;
pub mod feedback;
pub mod gate;
pub mod hosting;
pub mod hyperparameters;
pub mod intervals;
pub mod invocation;
pub mod labelling;
pub mod labels;
pub mod lists;
pub mod naming;
pub mod notice;
pub mod processing;
pub mod random;
pub mod refusal;
pub mod retraining;
pub mod review;
pub mod rollback;
pub mod routing;
pub mod scaling;
pub mod schema;
pub mod shell;
pub mod single_flight;
pub mod split;
pub mod survey;
pub mod task;
pub mod text;
pub mod tuning;
pub mod waiting;
