//! A kind of document as a typed constant.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::tx::Tx;

/// The documents of one kind, by scope (mostly the region) and name.
///
/// ```text
/// pub const TRAINING_JOBS: Table<TrainingJob> = Table::new("sagemaker/training-job");
/// TRAINING_JOBS.get(tx, region, name)
/// ```
pub struct Table<T> {
    kind: &'static str,
    document: PhantomData<fn() -> T>,
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Table<T> {}

impl<T> Table<T> {
    pub const fn new(kind: &'static str) -> Self {
        Self {
            kind,
            document: PhantomData,
        }
    }

    /// The kind's name, by which a reader asks to be told of its changes.
    pub const fn kind(self) -> &'static str {
        self.kind
    }

    pub fn contains(self, tx: &Tx, scope: &str, name: &str) -> bool {
        tx.contains(self.kind, scope, name)
    }

    /// Answers whether there was such a document.
    pub fn delete(self, tx: &Tx, scope: &str, name: &str) -> bool {
        tx.delete(self.kind, scope, name)
    }

    /// Deletes every document of a scope.
    pub fn delete_all(self, tx: &Tx, scope: &str) {
        tx.delete_all(self.kind, scope);
    }

    /// Scope and name of every document, without reading the documents.
    pub fn keys(self, tx: &Tx) -> Vec<(String, String)> {
        tx.keys(self.kind)
    }
}

impl<T: Serialize + DeserializeOwned> Table<T> {
    pub fn get(self, tx: &Tx, scope: &str, name: &str) -> Option<T> {
        tx.get(self.kind, scope, name)
    }

    pub fn put(self, tx: &Tx, scope: &str, name: &str, document: &T) {
        tx.put(self.kind, scope, name, document);
    }

    /// The documents of a scope as (name, document), by name in byte order.
    pub fn list(self, tx: &Tx, scope: &str) -> Vec<(String, T)> {
        tx.list(self.kind, scope)
    }

    /// All documents as (scope, name, document).
    pub fn list_everywhere(self, tx: &Tx) -> Vec<(String, String, T)> {
        tx.list_everywhere(self.kind)
    }

    /// The first document whose name is greater than `after`, or equal to it if `inclusive`: one
    /// step of a walk that skips ranges of names.
    pub fn next(self, tx: &Tx, scope: &str, after: &str, inclusive: bool) -> Option<(String, T)> {
        tx.next(self.kind, scope, after, inclusive)
    }
}
