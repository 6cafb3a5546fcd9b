//! An answer that was typed in a session that has ended: it goes through the sign-in in hidden fields.

use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::page::page;

const KEPT: &str = include_str!("../../pages/kept.liquid.html");

/// A longer answer stays on the page that it came from alone: the sign-in page carries no file.
const MOST_BYTES: usize = 64 << 10;

#[derive(Default, Serialize, Deserialize)]
pub struct Kept {
    #[serde(default)]
    pub task: String,
    #[serde(default)]
    pub answer: String,
}

impl Kept {
    /// Whether there is an answer to a task.
    pub fn is_whole(&self) -> bool {
        let is_id = |letter: char| letter.is_ascii_alphanumeric() || "-.~".contains(letter);
        let is_task = !self.task.is_empty() && self.task.chars().all(is_id);
        is_task && !self.answer.is_empty() && self.answer.len() <= MOST_BYTES
    }
}

/// Whoever has signed in submits the answer: it may have been another at this browser.
pub async fn kept_page(worker: &str, csrf: &str, kept: &Kept) -> Response {
    let globals = json!({
        "title": "Your answer is not submitted yet",
        "worker": worker,
        "csrf": csrf,
        "kept": kept,
    });
    page(StatusCode::OK, KEPT, globals).await
}
