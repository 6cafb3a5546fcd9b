//! Requests as bytes: what no SDK sends, or not in this form.

mod bodies;
mod client;
mod limits;
mod parameters;
mod reads;
mod uploads;
