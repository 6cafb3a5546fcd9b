//! File work beside the tasks.

/// Runs file work beside the tasks that must not wait for it.
pub async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(format!("InternalServerError: {error}")))
}
