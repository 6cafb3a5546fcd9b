//! One page of a list, and the token of the next: what every List operation shares.

use data_encoding::BASE64URL_NOPAD;

pub struct Page<T> {
    pub items: Vec<T>,
    pub next_token: Option<String>,
}

/// At most `size` items behind the one that the token names; `None` where it names none. A name is unique in the list.
pub fn page<T>(
    all: Vec<T>,
    name: impl Fn(&T) -> &str,
    next_token: Option<&str>,
    size: usize,
) -> Option<Page<T>> {
    let start = match next_token {
        None => 0,
        Some(token) => {
            let last = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
            let place = all.iter().position(|item| name(item).as_bytes() == last);
            place? + 1
        }
    };
    let more = all.len() > start + size;
    let items: Vec<T> = all.into_iter().skip(start).take(size).collect();
    let last = items.last().filter(|_| more);
    let next_token = last.map(|item| BASE64URL_NOPAD.encode(name(item).as_bytes()));
    Some(Page { items, next_token })
}
