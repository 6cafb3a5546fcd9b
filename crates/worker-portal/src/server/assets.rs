//! The portal's own files, compiled in. A page names them with a hash of them all, so that browsers keep them: in a
//! function each request is an invocation.

use std::sync::LazyLock;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName};
use axum::response::{IntoResponse, Response};

use serde::Deserialize;
use sha2::{Digest, Sha256};

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Name, content type and content.
const ASSETS: [(&str, &str, &str); 4] = [
    (
        "crowd-elements.js",
        SCRIPT,
        include_str!("../../assets/crowd-elements.js"),
    ),
    (
        "icon.svg",
        "image/svg+xml",
        include_str!("../../assets/icon.svg"),
    ),
    (
        "portal.css",
        "text/css; charset=utf-8",
        include_str!("../../assets/portal.css"),
    ),
    ("portal.js", SCRIPT, include_str!("../../assets/portal.js")),
];

/// Of all assets together.
pub static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (_, _, content) in ASSETS {
        hash.update(content);
    }
    format!("{:x}", hash.finalize())[..16].to_owned()
});

pub fn crowd_elements_path() -> String {
    format!("/assets/crowd-elements.js?v={}", *VERSION)
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    v: String,
}

pub async fn asset(Path(name): Path<String>, Query(Asked { v }): Query<Asked>) -> Response {
    let mut assets = ASSETS.into_iter();
    let Some((_, content_type, content)) = assets.find(|(known, _, _)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let caching = if v == *VERSION {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, caching),
        // The task's frame has an opaque origin and loads the element script all the same.
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    (headers, content).into_response()
}
