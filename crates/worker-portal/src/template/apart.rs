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

/// Tasks that are rendered at once in this process. A hostile one holds some 100 MB for seconds.
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::sync::mpsc::channel;
    use std::sync::{Barrier, Mutex};

    use tokio::runtime::Builder;
    use tokio::task::JoinSet;

    use super::*;

    const GRANTS: &str =
        "{% for i in (1..900000) %}{{ 's3://b/k' | grant_read_access }}{% endfor %}";

    #[test]
    fn a_stop_does_not_wait_for_a_rendering() {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap();
        let (began, has_begun) = channel();
        let (go_on, may_go_on) = channel::<()>();
        let may_go_on = Mutex::new(may_go_on);
        let grants = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&grants);
        let grant = GrantReadAccess::new(move |uri| {
            counted.fetch_add(1, Ordering::Relaxed);
            began.send(()).unwrap();
            // An error, at once, when the sender is dropped.
            let _ = may_go_on.lock().unwrap().recv();
            Ok(uri.to_owned())
        });
        let rendering = runtime.spawn(render_task_apart(GRANTS.to_owned(), json!({}), grant));
        has_begun.recv().unwrap();
        rendering.abort();
        assert!(runtime.block_on(rendering).unwrap_err().is_cancelled());
        drop(go_on);
        // It waits for threads that are at work.
        drop(runtime);
        assert_eq!(grants.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn four_tasks_are_rendered_at_once() {
        let (at_once, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let four = Arc::new(Barrier::new(4));
        let mut renderings = JoinSet::new();
        for _ in 0..16 {
            let (at_once, most, four) = (at_once.clone(), most.clone(), four.clone());
            let grant = GrantReadAccess::new(move |uri| {
                let now = at_once.fetch_add(1, Ordering::Relaxed) + 1;
                most.fetch_max(now, Ordering::Relaxed);
                four.wait();
                at_once.fetch_sub(1, Ordering::Relaxed);
                Ok(uri.to_owned())
            });
            let template = "{{ 'x' | grant_read_access }}".to_owned();
            renderings.spawn(render_task_apart(template, json!({}), grant));
        }
        assert!(renderings.join_all().await.iter().all(Result::is_ok));
        assert_eq!(most.load(Ordering::Relaxed), 4);
    }

    #[tokio::test]
    async fn a_rendering_that_panics_is_an_error() {
        let grant = GrantReadAccess::new(|_| panic!("as a filter might"));
        let template = "{{ 'x' | grant_read_access }}".to_owned();
        let lost = render_task_apart(template, json!({}), grant).await;
        assert!(lost.unwrap_err().to_string().contains("was lost"));
    }
}
