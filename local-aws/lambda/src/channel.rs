//! Between the invoker and one process: what is handed over, and what the process says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};

/// Living sandboxes by their random names.
#[derive(Default)]
pub(super) struct Channels(Mutex<HashMap<String, Arc<Channel>>>);

impl Channels {
    pub fn register(&self, channel: &Arc<Channel>) {
        self.lock().insert(channel.id.clone(), channel.clone());
    }

    pub fn unregister(&self, channel: &Channel) {
        self.lock().remove(&channel.id);
    }

    pub fn find(&self, id: &str) -> Option<Arc<Channel>> {
        self.lock().get(id).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Channel>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One sandbox's.
pub(super) struct Channel {
    pub id: String,
    work: mpsc::Sender<Work>,
    inbox: tokio::sync::Mutex<mpsc::Receiver<Work>>,
    current: Mutex<Option<(String, oneshot::Sender<Reply>)>>,
    phase: watch::Sender<Phase>,
}

/// One invocation on its way to the process.
pub(super) struct Work {
    pub request_id: String,
    pub function_arn: String,
    /// As X-Ray writes it.
    pub trace_id: String,
    pub payload: Bytes,
    pub timeout: Duration,
    pub reply: oneshot::Sender<Reply>,
}

/// What the process said.
#[derive(Debug)]
pub(super) enum Reply {
    Response(Bytes),
    Error(Bytes),
}

/// How far the process has come.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phase {
    Starting,
    /// It asked for work.
    Ready,
    /// It reported that it cannot start.
    InitError(Bytes),
}

impl Channel {
    pub fn new(id: String) -> Self {
        let (work, inbox) = mpsc::channel(1);
        Self {
            id,
            work,
            inbox: tokio::sync::Mutex::new(inbox),
            current: Mutex::default(),
            phase: watch::Sender::new(Phase::Starting),
        }
    }

    pub async fn send(&self, work: Work) {
        // The receiver lives in `self`.
        let _ = self.work.send(work).await;
    }

    /// Waits until the process asked for work, or said why it will not.
    pub async fn started(&self) -> Phase {
        let mut phase = self.phase.subscribe();
        let started = phase.wait_for(|phase| *phase != Phase::Starting).await;
        started.map_or(Phase::Starting, |phase| phase.clone())
    }

    /// Hands the reply to the invoker of this request; answers whether there is one.
    pub fn answer(&self, request_id: &str, reply: Reply) -> bool {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match current.take() {
            Some((id, sender)) if id == request_id => sender.send(reply).is_ok(),
            other => {
                *current = other;
                false
            }
        }
    }

    /// The next invocation; `None` when the sandbox has ended.
    pub async fn next(&self) -> Option<Work> {
        self.phase.send_replace(Phase::Ready);
        self.inbox.lock().await.recv().await
    }

    /// From now on a reply to this request is awaited.
    pub fn expect_reply(&self, request_id: &str, reply: oneshot::Sender<Reply>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = Some((request_id.to_owned(), reply));
    }

    pub fn failed_at_start(&self, error: Bytes) {
        self.phase.send_replace(Phase::InitError(error));
    }
}
