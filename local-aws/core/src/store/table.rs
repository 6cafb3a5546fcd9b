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

    /// The first names of a scope in byte order, without reading the documents: what is due of
    /// rows that are [named by their moment](crate::due).
    pub fn first_names(self, tx: &Tx, scope: &str, limit: usize) -> Vec<String> {
        tx.first_names(self.kind, scope, limit)
    }

    /// The scopes that have documents.
    pub fn scopes(self, tx: &Tx) -> Vec<String> {
        tx.scopes(self.kind)
    }
}

impl<T: Serialize + DeserializeOwned> Table<T> {
    /// Panics at a document that this version cannot read: the request for it is refused.
    pub fn get(self, tx: &Tx, scope: &str, name: &str) -> Option<T> {
        tx.get(self.kind, scope, name)
    }

    /// The same, but a document that this version cannot read is said once and left out.
    pub fn get_readable(self, tx: &Tx, scope: &str, name: &str) -> Option<T> {
        tx.get_readable(self.kind, scope, name)
    }

    pub fn put(self, tx: &Tx, scope: &str, name: &str, document: &T) {
        tx.put(self.kind, scope, name, document);
    }

    /// Takes these documents out of a scope.
    pub fn take(self, tx: &Tx, scope: &str, names: &[String]) -> Vec<T> {
        let documents = names.iter().filter_map(|name| {
            let document = tx.get_readable(self.kind, scope, name);
            tx.delete(self.kind, scope, name);
            document
        });
        documents.collect()
    }

    /// The documents of a scope as (name, document), by name in byte order. Here and below, a
    /// document that this version cannot read is said once and left out.
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
