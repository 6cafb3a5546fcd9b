//! Where a visitor was going who must sign in first, and an answer that was typed in a session that has ended: both go
//! through the sign-in in hidden fields.

use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::page::{page, path_of};

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
    /// Of the address of a task's page; empty for any other.
    pub fn on_the_way_to(path: &str) -> Self {
        let task = path.strip_prefix("/tasks/").unwrap_or_default().to_owned();
        let kept = Self {
            task,
            answer: String::new(),
        };
        if kept.has_task() {
            kept
        } else {
            Self::default()
        }
    }

    /// Whether it is a task's page that the visitor wants: never another address.
    pub fn has_task(&self) -> bool {
        let is_id = |letter: char| letter.is_ascii_alphanumeric() || "-.~".contains(letter);
        !self.task.is_empty() && self.task.chars().all(is_id)
    }

    /// Whether there is an answer to a task.
    pub fn is_whole(&self) -> bool {
        self.has_task() && !self.answer.is_empty() && self.answer.len() <= MOST_BYTES
    }

    /// Where a visitor who has signed in goes.
    pub fn path(&self) -> String {
        path_of(self.has_task().then_some(&self.task))
    }

    /// The page on which one signs in.
    pub fn sign_in_path(&self) -> String {
        if self.has_task() {
            format!("/signin?task={}", self.task)
        } else {
            "/signin".to_owned()
        }
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
