//! Programs as processes of this machine.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::{Body, to_bytes};
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, ChildStdin, Command};

use crate::programs::{Input, Programs, Running, Start};

/// The last ports that were given out: a process binds its port only after it has started, and nothing else may be given it until
/// then.
static GIVEN: Mutex<VecDeque<u16>> = Mutex::new(VecDeque::new());

/// More than start at a time, and few of those that a machine has.
const REMEMBERED: usize = 1000;

pub struct Processes {
    /// To the programs on this machine.
    client: Client<HttpConnector, Body>,
}

/// A process that leads a group, so that its own children end with it.
struct Process {
    child: Child,
    group: Option<Pid>,
    /// Apart from the child, whose `wait` would close it.
    _input: Option<ChildStdin>,
}

impl Default for Processes {
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { client }
    }
}

impl Programs for Processes {
    fn built(&self, program: &Path) -> Option<SystemTime> {
        std::fs::metadata(program).ok()?.modified().ok()
    }

    fn start(&self, start: Start) -> io::Result<Box<dyn Running>> {
        if let Some(parent) = start.log.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let log = File::options().create(true).append(true).open(start.log)?;
        let mut command = Command::new(start.program);
        command
            .args(start.arguments)
            .env_clear()
            .envs(start.environment)
            .stdin(match start.input {
                Input::Nothing => Stdio::null(),
                Input::Open => Stdio::piped(),
            })
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0)
            .kill_on_drop(true);
        if let Some(folder) = start.folder {
            command.current_dir(folder);
        }
        let mut child = command.spawn()?;
        // A child that has not been waited for has an id.
        let group = child.id().and_then(|id| i32::try_from(id).ok());
        Ok(Box::new(Process {
            _input: child.stdin.take(),
            child,
            group: group.and_then(Pid::from_raw),
        }))
    }

    fn free_ports(&self, number: usize) -> io::Result<Vec<u16>> {
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        // All are held until each has its port, so that no two are the same.
        let (mut held, mut ports) = (Vec::new(), Vec::new());
        while ports.len() < number {
            let listener = TcpListener::bind(("127.0.0.1", 0))?;
            let port = listener.local_addr()?.port();
            held.push(listener);
            if !given.contains(&port) {
                ports.push(port);
            }
        }
        given.extend(&ports);
        let old = given.len().saturating_sub(REMEMBERED);
        given.drain(..old);
        Ok(ports)
    }

    fn ask(
        &self,
        port: u16,
        mut request: Request<Bytes>,
    ) -> BoxFuture<'static, io::Result<Response<Bytes>>> {
        let client = self.client.clone();
        Box::pin(async move {
            let url = format!("http://127.0.0.1:{port}{}", request.uri());
            *request.uri_mut() = url.parse().map_err(io::Error::other)?;
            let answer = client.request(request.map(Body::from)).await;
            let (parts, body) = answer.map_err(io::Error::other)?.into_parts();
            let body = to_bytes(Body::new(body), usize::MAX).await;
            let body = body.map_err(|error| io::Error::new(io::ErrorKind::UnexpectedEof, error))?;
            Ok(Response::from_parts(parts, body))
        })
    }
}

impl Running for Process {
    fn wait(&mut self) -> BoxFuture<'_, io::Result<ExitStatus>> {
        Box::pin(self.child.wait())
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn terminate(&mut self) {
        self.signal(Signal::TERM);
    }

    fn kill(&mut self) {
        self.signal(Signal::KILL);
    }
}

impl Process {
    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // An error means that no process is left in it.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a process has neither ended nor waits to be reaped.
    fn lives(pid: &str) -> bool {
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = status
            .rsplit(')')
            .next()
            .and_then(|rest| rest.trim().chars().next());
        state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
    }

    fn shell(folder: &Path, script: &str, input: Input) -> Box<dyn Running> {
        let start = Start {
            program: "/bin/sh".into(),
            arguments: vec!["-c".to_owned(), script.to_owned()],
            folder: Some(folder.to_owned()),
            environment: [("PATH".to_owned(), std::env::var_os("PATH").unwrap())].into(),
            log: folder.join("log"),
            input,
        };
        Processes::default().start(start).unwrap()
    }

    #[test]
    fn a_port_is_not_given_twice_before_its_process_can_have_bound_it() {
        let given = (0..4).flat_map(|_| Processes::default().free_ports(100).unwrap());
        let mut ports: Vec<u16> = given.collect();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 400);
    }

    #[tokio::test]
    async fn what_a_process_started_ends_where_its_work_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let script = "sleep 600 & echo $! > pid.new; mv pid.new pid; wait";
        let running = shell(folder.path(), script, Input::Nothing);
        while !pid.exists() {
            tokio::task::yield_now().await;
        }
        let pid = std::fs::read_to_string(pid).unwrap();
        assert!(lives(pid.trim()));
        drop(running);
        while lives(pid.trim()) {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn an_open_input_ends_with_the_handle_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let ended = folder.path().join("ended");
        // In a session of its own, which the end of the group does not reach. A shell gives its background jobs another
        // input, so they need this one under another number.
        let script = "exec 3<&0; setsid sh -c 'touch begun; cat; touch ended' <&3 & wait";
        let running = shell(folder.path(), script, Input::Open);
        while !folder.path().join("begun").exists() {
            tokio::task::yield_now().await;
        }
        assert!(!ended.exists());
        drop(running);
        while !ended.exists() {
            tokio::task::yield_now().await;
        }
    }
}
