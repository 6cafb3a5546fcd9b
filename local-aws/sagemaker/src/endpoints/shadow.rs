//! Copies of requests to a shadow variant: made beside the caller's own request, which never waits for one.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use http::Request;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::asked::ask;
use super::slot::Place;
use super::state::Endpoint;
use local_core::driver::{Busy, Controller, Look, Work};
use local_core::{Call, Cloud};

/// Copies that may be under way. A shadow that hangs holds no more of them than these, and further requests have none.
const MOST: usize = 64;

type Copying = BoxFuture<'static, ()>;

/// The way from a request to the work that sends its copy.
struct Copies {
    sender: Sender<Copying>,
    receiver: Mutex<Option<Receiver<Copying>>>,
}

impl Default for Copies {
    fn default() -> Self {
        let (sender, receiver) = channel(MOST);
        Self {
            sender,
            receiver: Mutex::new(Some(receiver)),
        }
    }
}

/// Sends the copies; one work for all, which ends with the cloud.
pub const CONTROLLER: Controller = Controller {
    name: "shadow variants",
    wakes_on: &[],
    look: |cloud: &Arc<Cloud>, _: &Busy| {
        let copies = cloud.memory::<Copies>();
        let mut receiver = copies
            .receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let work = receiver.take().map(|receiver| Work {
            key: "copies".to_owned(),
            run: Box::pin(send(receiver)),
        });
        Look {
            work: work.into_iter().collect(),
            again: None,
        }
    },
};

/// Hands a copy of a request on.
pub fn copy(call: &Call, endpoint: &Endpoint, place: Place, request: Request<Bytes>) {
    let (call, endpoint) = (call.clone(), endpoint.clone());
    let cloud = call.cloud.clone();
    let copies = cloud.memory::<Copies>();
    let sent = copies.sender.try_send(Box::pin(async move {
        let began = call.cloud.world.now();
        // Nobody gets the answer; what is measured of it is the shadow's purpose.
        drop(ask(&call, &endpoint, &place, request, began).await);
    }));
    if sent.is_err() {
        tracing::debug!("a shadow variant is too slow for one more copy");
    }
}

async fn send(mut receiver: Receiver<Copying>) {
    let mut under_way = FuturesUnordered::new();
    loop {
        let has_room = under_way.len() < MOST;
        tokio::select! {
            biased;
            Some(()) = under_way.next(), if !under_way.is_empty() => {}
            Some(copying) = receiver.recv(), if has_room => under_way.push(copying),
            else => return,
        }
    }
}
