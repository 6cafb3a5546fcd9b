use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

fn lengths(texts: &[&str]) -> Vec<Vec<f32>> {
    texts.iter().map(|text| vec![text.len() as f32]).collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A batcher whose every turn says its texts and waits until the test lets it go.
fn stepped(requests: usize) -> (Batcher, Sender<()>, Receiver<Vec<String>>) {
    with_kibibytes(requests, 1 << 10)
}

fn with_kibibytes(requests: usize, kib: usize) -> (Batcher, Sender<()>, Receiver<Vec<String>>) {
    let (go, held) = channel();
    let (say, said) = channel();
    let batcher = Batcher::new(requests, kib, move |texts| {
        say.send(texts.iter().map(|text| (*text).to_owned()).collect())?;
        held.recv()?;
        ensure!(!texts.contains(&"bad"), "a bad text");
        Ok(lengths(texts))
    });
    (batcher, go, said)
}

#[tokio::test]
async fn what_arrived_meanwhile_is_computed_together_and_each_gets_its_own() {
    let (batcher, go, said) = stepped(8);
    let first = batcher.submit(texts(&["a"])).unwrap();
    assert_eq!(said.recv().unwrap(), ["a"]);
    let second = batcher.submit(texts(&["bb", "ccc"])).unwrap();
    let third = batcher.submit(texts(&["dddd"])).unwrap();
    go.send(()).unwrap();
    assert_eq!(said.recv().unwrap(), ["bb", "ccc", "dddd"]);
    go.send(()).unwrap();
    assert_eq!(first.await.unwrap(), [[1.0]]);
    assert_eq!(second.await.unwrap(), [[2.0], [3.0]]);
    assert_eq!(third.await.unwrap(), [[4.0]]);
}

#[tokio::test]
async fn a_full_queue_turns_away_until_a_request_is_answered() {
    let (batcher, go, said) = stepped(2);
    let computing = batcher.submit(texts(&["a"])).unwrap();
    said.recv().unwrap();
    let waiting = batcher.submit(texts(&["b"])).unwrap();
    assert_eq!(batcher.submit(texts(&["c"])).err(), Some(Refused::Full));
    go.send(()).unwrap();
    computing.await.unwrap();
    assert!(batcher.submit(texts(&["c"])).is_ok());
    go.send(()).unwrap();
    waiting.await.unwrap();
}

#[tokio::test]
async fn queued_texts_of_too_many_bytes_turn_away_until_a_request_is_answered() {
    let (batcher, go, said) = with_kibibytes(8, 4);
    let kib = |kib: usize| vec!["x".repeat(1 << 9); 2 * kib];
    let computing = batcher.submit(kib(1)).unwrap();
    said.recv().unwrap();
    let waiting = batcher.submit(kib(2)).unwrap();
    assert_eq!(batcher.submit(kib(2)).err(), Some(Refused::Full));
    let small = batcher.submit(texts(&["small"])).unwrap();
    go.send(()).unwrap();
    go.send(()).unwrap();
    computing.await.unwrap();
    waiting.await.unwrap();
    small.await.unwrap();
    // Larger than all permits, and alone.
    let large = batcher.submit(kib(9)).unwrap();
    assert_eq!(batcher.submit(texts(&["a"])).err(), Some(Refused::Full));
    go.send(()).unwrap();
    large.await.unwrap();
    assert!(batcher.submit(texts(&["a"])).is_ok());
}

#[tokio::test]
async fn a_small_request_waits_for_one_turn_of_a_large_one() {
    let (batcher, go, said) = stepped(8);
    let large = batcher.submit(vec!["large".to_owned(); 3 * TEXTS_A_TURN]);
    let mut turns = vec![said.recv().unwrap()];
    let small = batcher.submit(texts(&["small"])).unwrap();
    for _ in 0..3 {
        go.send(()).unwrap();
        turns.push(said.recv().unwrap());
    }
    go.send(()).unwrap();
    assert_eq!(small.await.unwrap(), [[5.0]]);
    assert_eq!(large.unwrap().await.unwrap().len(), 3 * TEXTS_A_TURN);
    let turns: Vec<_> = turns
        .iter()
        .map(|turn| (turn[0].as_str(), turn.len()))
        .collect();
    let whole = ("large", TEXTS_A_TURN);
    assert_eq!(turns, [whole, ("small", 1), whole, whole]);
}

#[tokio::test]
async fn large_requests_take_turns_and_their_rows_stay_in_order() {
    let (batcher, go, said) = stepped(8);
    // Text n is n letters long.
    let numbered = |letter: &str| (1..=100).map(|n| letter.repeat(n)).collect();
    let first = batcher.submit(numbered("a")).unwrap();
    let mut turns = vec![said.recv().unwrap()];
    let second = batcher.submit(numbered("b")).unwrap();
    for _ in 0..3 {
        go.send(()).unwrap();
        turns.push(said.recv().unwrap());
    }
    go.send(()).unwrap();
    let letters: Vec<&str> = turns.iter().map(|turn| &turn[0][..1]).collect();
    assert_eq!(letters, ["a", "b", "a", "b"]);
    let expected: Vec<[f32; 1]> = (1..=100u8).map(|n| [f32::from(n)]).collect();
    assert_eq!(first.await.unwrap(), expected);
    assert_eq!(second.await.unwrap(), expected);
}

#[tokio::test]
async fn a_request_ends_at_the_turn_after_its_caller_has_gone() {
    let (batcher, go, said) = stepped(8);
    let large = batcher.submit(vec!["large".to_owned(); 10 * TEXTS_A_TURN]);
    assert_eq!(said.recv().unwrap().len(), TEXTS_A_TURN);
    let gone = batcher.submit(texts(&["never computed"]));
    drop((large, gone));
    let last = batcher.submit(texts(&["last"])).unwrap();
    go.send(()).unwrap();
    go.send(()).unwrap();
    assert_eq!(last.await.unwrap(), [[4.0]]);
    // The thread ends with its batcher, and what it says with the thread.
    drop(batcher);
    assert_eq!(said.iter().collect::<Vec<_>>(), [["last"]]);
}

#[tokio::test]
async fn a_bad_request_fails_alone() {
    let (batcher, go, said) = stepped(8);
    let first = batcher.submit(texts(&["a"])).unwrap();
    said.recv().unwrap();
    let good = batcher.submit(texts(&["good"])).unwrap();
    let bad = batcher.submit(texts(&["bad"])).unwrap();
    // The first; both together; each by itself.
    for _ in 0..4 {
        go.send(()).unwrap();
    }
    assert_eq!(first.await.unwrap(), [[1.0]]);
    assert_eq!(good.await.unwrap(), [[4.0]]);
    assert_eq!(bad.await.unwrap_err().to_string(), "a bad text");
}

#[tokio::test]
async fn a_model_that_panics_or_answers_too_little_fails_its_requests_and_no_later_ones() {
    let batcher = Batcher::new(4, 4, |texts| {
        assert!(texts != ["panic"], "as the test wants it");
        let known = texts.iter().copied().filter(|text| *text != "nothing");
        Ok(lengths(&known.collect::<Vec<_>>()))
    });
    for (text, reason) in [
        ("panic", "the model's code panicked"),
        ("nothing", "the model answered 0 of 1 texts"),
    ] {
        let answer = batcher.submit(texts(&[text])).unwrap();
        assert_eq!(answer.await.unwrap_err().to_string(), reason);
    }
    let answer = batcher.submit(texts(&["good"])).unwrap();
    assert_eq!(answer.await.unwrap(), [[4.0]]);
}

#[tokio::test]
async fn a_thread_that_has_ended_is_no_full_queue() {
    let batcher = ended().await;
    assert!(!batcher.is_running());
    assert_eq!(batcher.submit(texts(&["a"])).err(), Some(Refused::Ended));
}

/// A batcher whose thread has ended: it cannot survive a panic whose message panics when dropped.
pub async fn ended() -> Batcher {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("as the test wants it");
        }
    }
    let batcher = Batcher::new(4, 4, |_| panic::panic_any(Bomb));
    let answer = batcher.submit(texts(&["a"])).unwrap();
    assert!(answer.await.is_err());
    batcher.jobs.closed().await;
    batcher
}
