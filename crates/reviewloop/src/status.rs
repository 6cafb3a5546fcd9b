//! `status`: where everything stands, and for each the one reason why it is not further on.
//! [`facts`] looks, [`answers`] decides; the decision is a pure function.

mod answers;
pub mod facts;

pub use answers::{Answer, Status, answer};
pub use facts::{Facts, gather};
