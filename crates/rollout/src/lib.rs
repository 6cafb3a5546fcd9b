//! A challenger beside the champion: evidence that may be looked at at any moment, and what follows from it.
//!
//! Labels are scarce and a classifier has no side effect: both models score every labelled row, and the paired
//! difference is tested. [`Evidence`] counts rows; [`bets`] turns counts into a confidence sequence for their
//! mean; [`Trial`] looks at it and gives a verdict, once. [`guardrails`] watch what needs no label: errors,
//! latency, garbage. [`Strategy`] says who answers meanwhile, and [`next`] what is done now.
//! [`Rollout`] is the record of all this, and [`step::step`] what it is missing.
//!
//! As in `policy`, nothing here does I/O or reads a clock, the environment or randomness. The crate is apart from it
//! because few functions need it and all functions build `policy`.

pub mod allocation;
pub mod assignment;
pub mod asymptotic;
pub mod bets;
mod counts;
mod evidence;
pub mod guardrails;
mod next;
pub mod quantile;
mod record;
mod rewards;
mod row;
pub mod sentence;
mod serving;
pub mod step;
mod strategy;
mod trial;
mod watched;

pub use counts::Counts;
pub use evidence::{Cell, Evidence};
pub use next::{Next, Standing, next};
pub use record::{Batch, DatedLook, End, Rollout, Shift, State, Version, id};
pub use rewards::{Rewarded, Tally, Totals};
pub use row::{Refused, RefusedRows, Row, Slot};
pub use serving::Serving;
pub use strategy::{Step, Strategy, Unreadable};
pub use trial::{Doubt, Kind, Look, Plan, Trial, Unsound, Verdict, judge};
pub use watched::Watched;
