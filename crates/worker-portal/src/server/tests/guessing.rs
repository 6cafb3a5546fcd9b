use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use tokio::task::JoinSet;

use super::fake_desk::FakeDesk;
use super::visitor::{Visitor, portal};

/// The statuses of so many sign-ins at once, with names of their own or one name.
async fn sign_ins(visitor: &Visitor, count: usize, name: fn(usize) -> String) -> Vec<StatusCode> {
    let mut answers = JoinSet::new();
    for number in 0..count {
        let visitor = visitor.clone();
        answers.spawn(async move { visitor.sign_in(&name(number), "wrong").await.status() });
    }
    answers.join_all().await
}

#[tokio::test]
async fn of_sixty_guesses_at_once_five_are_looked_at() {
    let desk = Arc::new(FakeDesk::default());
    let visitor = Visitor::new(&portal(&desk));
    let statuses = sign_ins(&visitor, 60, |_| "ann".to_owned()).await;
    let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    assert_eq!(desk.tried.load(Ordering::Relaxed), 5);
    assert_eq!(count(StatusCode::UNAUTHORIZED), 5);
    assert_eq!(count(StatusCode::TOO_MANY_REQUESTS), 55);
}

#[tokio::test]
async fn few_passwords_are_hashed_at_once() {
    let desk = Arc::new(FakeDesk::default());
    let visitor = Visitor::new(&portal(&desk));
    let statuses = sign_ins(&visitor, 60, |number| format!("name-{number}")).await;
    assert_eq!(statuses, [StatusCode::UNAUTHORIZED; 60]);
    assert_eq!(desk.most_at_once.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn a_client_that_leaves_makes_no_room_for_another_guess() {
    let desk = Arc::new(FakeDesk::default());
    let visitor = Visitor::new(&portal(&desk));
    for number in 0..20 {
        let visitor = visitor.clone();
        let name = format!("name-{number}");
        let leaves = tokio::spawn(async move { visitor.sign_in(&name, "wrong").await });
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        leaves.abort();
    }
    let last = visitor.sign_in("last", "wrong").await;
    assert_eq!(last.status(), StatusCode::UNAUTHORIZED);
    assert!(desk.most_at_once.load(Ordering::Relaxed) <= 4);
}
