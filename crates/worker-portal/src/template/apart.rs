//! Renderings apart from the threads that answer requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::budget::Budget;
use super::error::TemplateError;
use super::filters::GrantReadAccess;
use super::render::render;

/// Tasks that are rendered at once in this process. Each may hold some 200 MB for some seconds.
static RENDERINGS: Semaphore = Semaphore::const_new(4);

/// [`render_task`](super::render_task) on a thread of its own. Few run at once; the others wait.
///
/// Dropping the future ends the rendering: neither a server that stops nor a client that left
/// has it going on.
///
/// # Errors
/// As [`render_task`](super::render_task).
pub async fn render_task_apart(
    template: String,
    input: Value,
    grant: GrantReadAccess,
) -> Result<String, TemplateError> {
    let permit = RENDERINGS.acquire().await.map_err(lost)?;
    let abandoned = Abandoned::default();
    let budget = Budget::abandonable(Arc::clone(&abandoned.0));
    spawn_blocking(move || {
        let _permit = permit;
        let globals = json!({"task": {"input": input}});
        render(&template, &globals, &grant, budget)
    })
    .await
    .map_err(lost)?
}

/// A page of the portal's own: `template` over any object of globals.
///
/// # Errors
/// As [`render_task`](super::render_task).
pub async fn render_page(template: &'static str, globals: Value) -> Result<String, TemplateError> {
    spawn_blocking(move || {
        let grant = GrantReadAccess::none();
        render(template, &globals, &grant, Budget::default())
    })
    .await
    .map_err(lost)?
}

/// The rendering panicked, or the runtime ends.
fn lost(error: impl std::error::Error) -> TemplateError {
    TemplateError::Render(format!("its rendering was lost: {error}"))
}

/// True once it is dropped.
#[derive(Default)]
struct Abandoned(Arc<AtomicBool>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
