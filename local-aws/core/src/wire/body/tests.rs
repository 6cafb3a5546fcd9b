use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, HeaderValue};

use super::read;
use crate::world::World;

async fn code(headers: &HeaderMap, body: Body, limit: Duration) -> Result<Bytes, String> {
    let read = read(&World::default(), ("Test", 4), headers, body, limit).await;
    read.map_err(|error| error.code)
}

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_body_of_the_limit_is_read_and_one_byte_more_is_refused() {
    let headers = HeaderMap::new();
    let read = code(&headers, Body::from("abcd"), LONG).await;
    assert_eq!(read, Ok(Bytes::from("abcd")));
    let read = code(&headers, Body::from("abcde"), LONG).await;
    assert_eq!(read, Err("RequestTooLargeException".to_owned()));
}

#[tokio::test]
async fn an_announced_length_over_the_limit_is_refused_before_a_byte_comes() {
    let mut headers = HeaderMap::new();
    headers.insert("content-length", HeaderValue::from_static("5"));
    let nothing = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let read = code(&headers, nothing, LONG).await;
    assert_eq!(read, Err("RequestTooLargeException".to_owned()));
}

#[tokio::test]
async fn a_body_that_stops_coming_is_given_up() {
    let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from("a"))]);
    let body = Body::from_stream(begun.chain(stream::pending()));
    let read = code(&HeaderMap::new(), body, Duration::from_millis(20)).await;
    assert_eq!(read, Err("RequestTimeout".to_owned()));
}
