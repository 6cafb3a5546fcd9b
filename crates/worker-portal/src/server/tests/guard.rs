use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

use super::fake_desk::FakeDesk;
use super::visitor::{Visitor, portal, set_cookie, text};

const ACCEPTS: (&str, &str) = ("accept", "text/html");

#[tokio::test]
async fn every_route_of_the_origin_stands_behind_the_guard_the_hosts_own_too() {
    let portal = portal(&Arc::new(FakeDesk::default()));
    let worker = Visitor::signed_in(&portal, "ann", "right").await;
    let stranger = Visitor {
        host: "rebound.example",
        ..worker.clone()
    };
    for path in [
        "/",
        "/signin",
        "/tasks",
        "/tasks/one",
        "/tasks/one/frame",
        "/tasks/one/submit",
        "/assets/portal.js",
        "/others/one",
        "/nowhere",
    ] {
        let response = worker.get(path, ACCEPTS).await;
        for (header, expected) in [
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (REFERRER_POLICY, "same-origin"),
            (CACHE_CONTROL, "no-store"),
        ] {
            assert_eq!(response.headers()[&header], expected, "{path}: {header}");
        }
        assert!(
            response.headers().contains_key(CONTENT_SECURITY_POLICY),
            "{path}"
        );
        let refused = stranger.get(path, ACCEPTS).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn browsers_keep_the_assets_that_a_page_names() {
    let portal = portal(&Arc::new(FakeDesk::default()));
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let html = ("accept", "text/html");
    let page = text(ann.get("/tasks", html).await).await;
    let named = page.split('"').filter(|it| it.starts_with("/assets/"));
    let named: Vec<&str> = named.collect();
    assert!(named.len() >= 2, "{page}");
    for path in named {
        let asset = ann.get(path, ACCEPTS).await;
        assert_eq!(asset.status(), StatusCode::OK, "{path}");
        let caching = asset.headers()[&CACHE_CONTROL].to_str().unwrap();
        assert!(caching.contains("immutable"), "{path}: {caching}");
    }
}

#[tokio::test]
async fn a_task_opened_as_a_page_of_its_own_is_refused() {
    let portal = portal(&Arc::new(FakeDesk::default()));
    let ann = Visitor::signed_in(&portal, "ann", "right").await;
    let path = "/tasks/one/frame";
    let framed = ann.get(path, ("sec-fetch-dest", "iframe")).await;
    assert_eq!(framed.status(), StatusCode::OK);
    for header in [
        ("sec-fetch-dest", "document"),
        ("sec-fetch-dest", "object"),
        ACCEPTS,
    ] {
        let refused = ann.get(path, header).await;
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{header:?}");
    }
}

#[tokio::test]
async fn portals_on_two_ports_of_one_host_keep_their_sessions_apart() {
    let first = Visitor::new(&portal(&Arc::new(FakeDesk::default())));
    let second = Visitor {
        host: "127.0.0.1:8081",
        ..Visitor::new(&portal(&Arc::new(FakeDesk::default())))
    };
    // A browser keeps one set for both: by name, and the last value of each.
    let cookies = [
        set_cookie(&first.sign_in("ann", "right").await),
        set_cookie(&second.sign_in("ann", "right").await),
    ];
    let name = |cookie: &str| cookie.split('=').next().unwrap().to_owned();
    assert_ne!(name(&cookies[0]), name(&cookies[1]));
    for visitor in [first, second] {
        let visitor = Visitor {
            cookies: cookies.join("; "),
            ..visitor
        };
        let tasks = visitor.get("/tasks", ACCEPTS).await;
        assert_eq!(tasks.status(), StatusCode::OK, "{}", visitor.host);
    }
}
