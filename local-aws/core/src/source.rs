//! A program that is not built with the rest.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

/// How such a program is obtained: asked when it is needed, and again after it has failed.
#[derive(Clone)]
pub struct Source(Arc<dyn Fn() -> Obtained + Send + Sync>);

/// Where the program lies, or why there is none.
pub type Obtained = BoxFuture<'static, Result<PathBuf, String>>;

impl Source {
    /// Whoever starts this cloud knows how: it may build the program first.
    pub fn new(obtain: impl Fn() -> Obtained + Send + Sync + 'static) -> Self {
        Self(Arc::new(obtain))
    }

    pub async fn obtain(&self) -> Result<PathBuf, String> {
        (self.0)().await
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}
