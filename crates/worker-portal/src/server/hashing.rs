//! Few passwords are hashed at once: hashing is slow on purpose.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// One takes 30 ms in an unoptimised build; more at once would only slow each other down.
const AT_ONCE: usize = 4;

/// The turns of those who have a password hashed.
pub struct Hashing(Arc<Semaphore>);

impl Default for Hashing {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Hashing {
    /// Runs `work` when its turn comes, and then to its end: a client that leaves makes no room
    /// for another while its password is still hashed. `None`: it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let permit = Arc::clone(&self.0).acquire_owned().await.ok()?;
        let run = tokio::spawn(async move {
            let _permit = permit;
            work.await
        });
        run.await.ok()
    }
}
