//! Copies of requests to a shadow variant: made beside the caller's own request, which never waits for one.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use http::Request;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::asked::ask;
use super::slot::Place;
use super::state::Endpoint;
use local_core::driver::{Busy, Controller, Look, Work};
use local_core::{Call, Cloud};

/// Copies under way. A shadow that hangs holds no more of them than these, and further requests have none.
const MOST: usize = 64;

type Copying = BoxFuture<'static, ()>;

/// The way from a request to the work that sends its copy.
struct Copies {
    room: Arc<Semaphore>,
    sender: UnboundedSender<Copying>,
    receiver: Mutex<Option<UnboundedReceiver<Copying>>>,
}

impl Default for Copies {
    fn default() -> Self {
        let (sender, receiver) = unbounded_channel();
        Self {
            room: Arc::new(Semaphore::new(MOST)),
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
        let receiver = copies.receiver.lock();
        let receiver = receiver.unwrap_or_else(PoisonError::into_inner).take();
        let work = receiver.map(|receiver| Work {
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
    let copies = call.cloud.memory::<Copies>();
    let Ok(room) = copies.room.clone().try_acquire_owned() else {
        tracing::debug!("a shadow variant is too slow for one more copy");
        return;
    };
    let (call, endpoint) = (call.clone(), endpoint.clone());
    let copying = async move {
        let _room = room;
        let began = call.cloud.world.now();
        // Nobody gets the answer; what is measured of it is the shadow's purpose.
        drop(ask(&call, &endpoint, &place, request, began).await);
    };
    // The work has ended only where the cloud has.
    let _ = copies.sender.send(Box::pin(copying));
}

async fn send(mut receiver: UnboundedReceiver<Copying>) {
    let mut under_way = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            Some(()) = under_way.next() => {}
            Some(copying) = receiver.recv() => under_way.push(copying),
            else => return,
        }
    }
}
