//! The whole loop on this machine, twice round: upload, train, judge, deploy, predict on rows
//! that were held out, ask people, train again on their answers, judge against the champion.
//! With enough labels to replay, a third time on a file of wrong ones.

mod data;
mod done;
mod ending;
#[cfg(test)]
mod fixture;
mod page;
mod parameters;
pub mod recipe;
mod result;
mod reviewers;
mod rollout;
mod run;
mod slipped;
mod stage;
mod summary;
mod traffic;
mod turn;
mod turns;
mod woken;

#[cfg(test)]
pub use reviewers::ERROR_RATE;
pub use run::demo;
