//! What a browser brings from one request to the next: the portal keeps nothing in between.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;

use super::fake_desk::FakeDesk;
use super::visitor::{Visitor, json, portal, set_cookie};

const JSON: (&str, &str) = ("accept", "application/json");

fn set_cookies(response: &Response) -> Vec<&str> {
    let all = response.headers().get_all(SET_COOKIE).iter();
    all.map(|cookie| cookie.to_str().unwrap()).collect()
}

async fn submit(visitor: &Visitor) -> Response {
    let form = format!("csrf={}&answer=%7B%7D", visitor.csrf);
    visitor.post("/tasks/one/submit", form).await
}

#[tokio::test]
async fn another_process_goes_on_where_the_first_ended() {
    let desk = Arc::new(FakeDesk::default());
    let mut ann = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    let session = ann.cookies.clone();
    for answered in 1..=3 {
        // Each request meets a portal that has just started.
        ann.portal = portal(&desk);
        let response = submit(&ann).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(set_cookies(&response).len(), 2);
        ann.cookies = format!("{session}; {}", set_cookie(&response));
        ann.portal = portal(&desk);
        let task = json(ann.get("/tasks/one", JSON).await).await;
        assert_eq!(
            (&task["position"], &task["total"]),
            (&(answered + 1).into(), &(answered + 1).into())
        );
        let list = json(ann.get("/tasks", JSON).await).await;
        assert_eq!(
            (&list["answered"], &list["csrf"]),
            (&answered.into(), &ann.csrf.clone().into())
        );
    }
    // The next sign-in counts anew.
    let response = ann.sign_in("ann", "right").await;
    let cleared = set_cookies(&response)[1].to_owned();
    assert!(cleared.starts_with("worker-answered-8080=;"), "{cleared}");
    assert!(cleared.contains("Max-Age=0"), "{cleared}");
}

#[tokio::test]
async fn a_count_that_a_browser_made_up_is_harmless() {
    let ann = Visitor::signed_in(&portal(&Arc::default()), "ann", "right").await;
    for (made_up, expected) in [
        ("-1", 0),
        ("x", 0),
        ("99999999999999999999", 0),
        ("65535", 65_535),
    ] {
        let ann = Visitor {
            cookies: format!("{}; worker-answered-8080={made_up}", ann.cookies),
            ..ann.clone()
        };
        let list = json(ann.get("/tasks", JSON).await).await;
        assert_eq!(list["answered"], expected, "{made_up}");
        assert_eq!(submit(&ann).await.status(), StatusCode::OK, "{made_up}");
    }
}

#[tokio::test]
async fn behind_https_cookies_are_secure_and_of_this_host_alone() {
    let desk = Arc::new(FakeDesk::default());
    let plain = Visitor::signed_in(&portal(&desk), "ann", "right").await;
    let https = Visitor {
        scheme: Some("https"),
        ..plain.clone()
    };
    let response = https.sign_in("ann", "right").await;
    for cookie in set_cookies(&response) {
        assert!(cookie.starts_with("__Host-worker-"), "{cookie}");
        for attribute in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
            let mut attributes = cookie.split("; ").skip(1);
            assert!(attributes.any(|it| it == attribute), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    let cookies = set_cookie(&response);
    assert!(
        cookies.starts_with("__Host-worker-session-8080="),
        "{cookies}"
    );
    let https = Visitor { cookies, ..https };
    assert_eq!(https.get("/tasks", JSON).await.status(), StatusCode::OK);
    // A cookie that another host of the domain could have set opens nothing.
    let tossed = Visitor {
        cookies: plain.cookies.clone(),
        ..https
    };
    assert_eq!(
        tossed.get("/tasks", JSON).await.status(),
        StatusCode::UNAUTHORIZED
    );
    let response = plain.sign_in("ann", "right").await;
    let cookie = set_cookies(&response)[0];
    assert!(
        cookie.starts_with("worker-session-8080=") && !cookie.contains("Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn a_pages_csrf_is_of_its_session_and_does_not_give_its_token_away() {
    let portal = portal(&Arc::default());
    let first = Visitor::signed_in(&portal, "ann", "right").await;
    let second = Visitor::signed_in(&portal, "ann", "right").await;
    assert_ne!(first.csrf, second.csrf);
    let (_, token) = first.cookies.split_once('=').unwrap();
    assert!(first.csrf.len() == 64 && !first.csrf.contains(token));
    let swapped = Visitor {
        csrf: second.csrf,
        ..first
    };
    assert_eq!(submit(&swapped).await.status(), StatusCode::FORBIDDEN);
}
