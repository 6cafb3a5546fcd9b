//! Notices of commits, by the kinds of documents that they changed.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Notify;

/// What a commit changed.
#[derive(Default)]
pub(super) struct Kinds {
    some: BTreeSet<&'static str>,
    /// A reset changes every kind.
    pub all: bool,
}

impl Kinds {
    pub fn insert(&mut self, kind: &'static str) {
        self.some.insert(kind);
    }

    pub fn is_empty(&self) -> bool {
        self.some.is_empty() && !self.all
    }

    fn concerns(&self, wanted: Option<&[&'static str]>) -> bool {
        self.all || wanted.is_none_or(|kinds| kinds.iter().any(|kind| self.some.contains(kind)))
    }
}

/// Those that wait for changes.
#[derive(Default)]
pub(super) struct Subscribers(Mutex<Vec<Weak<Subscriber>>>);

struct Subscriber {
    /// `None` for changes of every kind.
    kinds: Option<Vec<&'static str>>,
    notify: Notify,
    told: AtomicU64,
}

/// Tells its owner of commits since the last look. A change before the first look counts, too.
pub struct Changes(Arc<Subscriber>);

impl Changes {
    /// Completes after a commit that changed one of the kinds; several commits may be told once.
    pub async fn changed(&mut self) {
        self.0.notify.notified().await;
    }

    /// How many such commits there have been.
    pub fn told(&self) -> u64 {
        self.0.told.load(Ordering::Acquire)
    }
}

impl Subscribers {
    pub fn subscribe(&self, kinds: Option<&[&'static str]>) -> Changes {
        let subscriber = Arc::new(Subscriber {
            kinds: kinds.map(<[_]>::to_vec),
            notify: Notify::new(),
            told: AtomicU64::new(0),
        });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| other.strong_count() > 0);
        all.push(Arc::downgrade(&subscriber));
        Changes(subscriber)
    }

    pub fn tell(&self, changed: &Kinds) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for subscriber in all.iter().filter_map(Weak::upgrade) {
            if changed.concerns(subscriber.kinds.as_deref()) {
                subscriber.told.fetch_add(1, Ordering::Release);
                // Kept as one permit where the owner is not waiting yet.
                subscriber.notify.notify_one();
            }
        }
    }
}
