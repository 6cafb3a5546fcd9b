//! What an upload's columns were like, and how far the next upload may differ by chance.
//!
//! [`Profiler`] reads the rows once, in bounded memory. [`suggest`] makes constraints of its statistics by Deequ's rules
//! (Schelter et al., VLDB 2018), which are a column's type, completeness, domain, sign and uniqueness, and notes
//! what was observed. [`check`] compares the next file's statistics with them. Where Deequ has an interval for the mean,
//! there is a bound for the next file of its size ([`bounds`]), corrected over all that is checked, so that of the
//! files whose rows come from where the baseline's came from at most [`FALSE_ALARM_RATE`] are accused of anything.
//! [`read`] takes the constraints back from a person who has edited them.

pub mod bounds;
mod check;
mod counts;
mod profile;
mod reading;
mod suggest;

pub use check::check;
pub use profile::{Profiler, values};
pub use reading::{Refused, read};
pub use suggest::{FALSE_ALARM_RATE, suggest};
