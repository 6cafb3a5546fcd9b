//! Where captured answers lie, and what was learnt of them.

/// What predict captured.
pub const INFERENCES: &str = "inferences/";
/// What record-feedback was told.
pub const FEEDBACK: &str = "feedback/";

pub fn inference(id: &str) -> String {
    format!("{INFERENCES}{id}.json")
}

pub fn reward(id: &str) -> String {
    format!("{FEEDBACK}rewards/{id}.json")
}

pub fn truths(id: &str) -> String {
    format!("{FEEDBACK}truths/{id}.json")
}
