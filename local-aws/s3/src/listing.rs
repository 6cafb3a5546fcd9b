//! Listing: a walk over the keys that jumps over common prefixes.

use crate::bucket;
use crate::failure::Failure;
use crate::object::{OBJECTS, Object};
use local_core::store::Tx;

/// What a page asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Query<'a> {
    pub prefix: &'a str,
    /// Empty: none.
    pub delimiter: &'a str,
    /// Only keys and common prefixes greater than this.
    pub after: &'a str,
    pub max_keys: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Page {
    pub objects: Vec<(String, Object)>,
    pub common_prefixes: Vec<String>,
    /// The last key or common prefix of a page that another follows.
    pub next: Option<String>,
}

pub(crate) fn all(tx: &Tx, bucket: &str, prefix: &str) -> Result<Vec<(String, Object)>, Failure> {
    let query = Query {
        prefix,
        max_keys: usize::MAX,
        ..Query::default()
    };
    Ok(page(tx, bucket, &query)?.objects)
}

pub(crate) fn page(tx: &Tx, bucket: &str, query: &Query) -> Result<Page, Failure> {
    bucket::get(tx, bucket)?;
    let mut page = Page::default();
    if query.max_keys == 0 {
        return Ok(page);
    }
    let mut last = String::new();
    let mut cursor = Cursor::start(query);
    while let Some((key, object)) = OBJECTS.next(tx, bucket, &cursor.key, cursor.inclusive) {
        if !key.starts_with(query.prefix) {
            break;
        }
        let common_prefix = common_prefix(&key, query);
        let entry = common_prefix.unwrap_or(&key);
        cursor = match common_prefix {
            Some(prefix) => Cursor::past(prefix),
            None => Cursor::after(&key),
        };
        // The walk starts inside a common prefix when the last page ended with it.
        if entry <= query.after {
            continue;
        }
        if page.objects.len() + page.common_prefixes.len() == query.max_keys {
            page.next = Some(last);
            return Ok(page);
        }
        entry.clone_into(&mut last);
        match common_prefix {
            Some(prefix) => page.common_prefixes.push(prefix.to_owned()),
            None => page.objects.push((key, object)),
        }
    }
    Ok(page)
}

fn common_prefix<'a>(key: &'a str, query: &Query) -> Option<&'a str> {
    if query.delimiter.is_empty() {
        return None;
    }
    let rest = &key[query.prefix.len()..];
    let end = query.prefix.len() + rest.find(query.delimiter)? + query.delimiter.len();
    Some(&key[..end])
}

/// Where the walk looks next.
struct Cursor {
    key: String,
    inclusive: bool,
}

impl Cursor {
    fn start(query: &Query) -> Self {
        if query.after < query.prefix {
            Self {
                key: query.prefix.to_owned(),
                inclusive: true,
            }
        } else {
            Self::after(query.after)
        }
    }

    fn after(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            inclusive: false,
        }
    }

    /// Behind every key with this prefix: no key goes on with the last code point of Unicode,
    /// which is no character.
    fn past(prefix: &str) -> Self {
        Self::after(&format!("{prefix}\u{10FFFF}"))
    }
}
