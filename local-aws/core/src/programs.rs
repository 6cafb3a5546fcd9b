//! Programs that run beside the services: a job's, an endpoint's server, a function's sandbox.
//!
//! A port of the world. The real one starts [processes](crate::processes::Processes); another may run
//! futures in their place.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::SystemTime;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};

pub trait Programs: Send + Sync {
    /// When the program was built; `None` where there is none.
    fn built(&self, program: &Path) -> Option<SystemTime>;

    fn start(&self, start: Start) -> io::Result<Box<dyn Running>>;

    /// So many different ports for programs to listen on. Another may take one before its program does.
    fn free_ports(&self, number: usize) -> io::Result<Vec<u16>>;

    /// Asks the program that listens on a port; without a time limit. The error is `UnexpectedEof`
    /// where the answer began and did not end.
    fn ask(
        &self,
        port: u16,
        request: Request<Bytes>,
    ) -> BoxFuture<'static, io::Result<Response<Bytes>>>;
}

/// A program to start.
#[derive(Debug, Clone)]
pub struct Start {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// The folder that it works in; this process's own where there is none.
    pub folder: Option<PathBuf>,
    /// All of its variables.
    pub environment: BTreeMap<String, OsString>,
    /// The file that its output and error streams are appended to.
    pub log: PathBuf,
    pub input: Input,
}

/// A program's standard input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    Nothing,
    /// Open and silent for as long as the handle lives: a program that waits for its end sees the end of this
    /// process, however that comes.
    Open,
}

/// A program that was started. It ends with this handle, and what it started itself with it, as in a
/// container: also where the work that holds the handle panics or is aborted.
pub trait Running: Send {
    /// Completes when it has ended; may be called again.
    fn wait(&mut self) -> BoxFuture<'_, io::Result<ExitStatus>>;

    fn has_ended(&mut self) -> bool;

    /// Asks it to end, by SIGTERM.
    fn terminate(&mut self);

    /// Ends it, by SIGKILL.
    fn kill(&mut self);
}
