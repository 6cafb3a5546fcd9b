//! Requests that came while the model computed are computed together: waiting costs nothing, and
//! nobody waits for company.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;

use anyhow::{Result, anyhow};
use tokio::sync::{mpsc, oneshot};

/// Texts that are computed together at most, unless one request has more.
const TEXTS_TOGETHER: usize = 64;

/// One row of probabilities per text, or what went wrong with the whole.
pub type Computed = Result<Vec<Vec<f32>>, Arc<anyhow::Error>>;

struct Job {
    texts: Vec<String>,
    answer: oneshot::Sender<Computed>,
}

/// The way to the one thread that computes, which ends when nobody can ask it any more.
#[derive(Clone)]
pub struct Batcher {
    jobs: mpsc::Sender<Job>,
}

/// So many requests wait already that this one had better come again.
#[derive(Debug)]
pub struct Full;

impl Batcher {
    /// `compute` answers every text in order. At most `waiting` requests wait for it, besides one
    /// that was too long to be joined to those before it.
    pub fn new(
        waiting: usize,
        compute: impl Fn(&[String]) -> Result<Vec<Vec<f32>>> + Send + 'static,
    ) -> Batcher {
        let (jobs, mut queue) = mpsc::channel(waiting);
        thread::spawn(move || {
            // This thread is one of those that compute: handing the work to others and waiting for
            // them would cost every request two wake-ups, which is what happens if no pool can be
            // made around it.
            let _pool = rayon::ThreadPoolBuilder::new().use_current_thread().build();
            let mut next = None;
            while let Some(first) = next.take().or_else(|| queue.blocking_recv()) {
                let (together, too_many) = gather(first, &mut queue);
                next = too_many;
                answer(together, &compute);
            }
        });
        Batcher { jobs }
    }

    /// Waits for its turn and the answer.
    pub async fn compute(&self, texts: Vec<String>) -> Result<Computed, Full> {
        let (answer, answered) = oneshot::channel();
        self.jobs
            .try_send(Job { texts, answer })
            .map_err(|_| Full)?;
        let lost = |_| Err(Arc::new(anyhow!("the computing thread ended")));
        Ok(answered.await.unwrap_or_else(lost))
    }
}

/// The first request with those behind it that fit beside it, and the one that did not.
fn gather(first: Job, queue: &mut mpsc::Receiver<Job>) -> (Vec<Job>, Option<Job>) {
    let mut texts = first.texts.len();
    let mut jobs = vec![first];
    while let Ok(next) = queue.try_recv() {
        texts += next.texts.len();
        if texts > TEXTS_TOGETHER {
            return (jobs, Some(next));
        }
        jobs.push(next);
    }
    (jobs, None)
}

/// Computes requests together, and one by one if that fails: they fail each for itself.
fn answer(jobs: Vec<Job>, compute: &impl Fn(&[String]) -> Result<Vec<Vec<f32>>>) {
    // Who asked may have gone: nobody reads what would be computed.
    let jobs: Vec<Job> = jobs
        .into_iter()
        .filter(|job| !job.answer.is_closed())
        .collect();
    if jobs.is_empty() {
        return;
    }
    let texts: Vec<&[String]> = jobs.iter().map(|job| job.texts.as_slice()).collect();
    let computed = guarded(compute, &texts.concat());
    let mut rows = computed.as_ref().map(|rows| rows.iter().cloned());
    let alone = jobs.len() == 1;
    for job in jobs {
        let own = match &mut rows {
            Ok(rows) => Ok(rows.take(job.texts.len()).collect()),
            Err(error) if alone => Err(Arc::clone(error)),
            Err(_) => guarded(compute, &job.texts),
        };
        let _ = job.answer.send(own);
    }
}

/// A defect in the model's code fails the request, not the endpoint.
fn guarded(compute: &impl Fn(&[String]) -> Result<Vec<Vec<f32>>>, texts: &[String]) -> Computed {
    panic::catch_unwind(AssertUnwindSafe(|| compute(texts)))
        .unwrap_or_else(|_| Err(anyhow!("the model's code panicked")))
        .map_err(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(texts: &[String]) -> Vec<Vec<f32>> {
        texts.iter().map(|text| vec![text.len() as f32]).collect()
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    /// A batcher that computes when told, and says how many texts it got.
    fn held(
        waiting: usize,
    ) -> (
        Batcher,
        std::sync::mpsc::Sender<()>,
        std::sync::mpsc::Receiver<usize>,
    ) {
        let (go, held) = std::sync::mpsc::channel();
        let (say, said) = std::sync::mpsc::channel();
        let batcher = Batcher::new(waiting, move |texts| {
            say.send(texts.len()).unwrap();
            held.recv().unwrap();
            Ok(lengths(texts))
        });
        (batcher, go, said)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_waits_is_computed_together_and_goes_back_to_whom_it_belongs() {
        let (batcher, go, said) = held(8);
        let ask = |words: &[&str]| {
            let (batcher, words) = (batcher.clone(), texts(words));
            tokio::spawn(async move { batcher.compute(words).await.unwrap().unwrap() })
        };
        let first = ask(&["a"]);
        assert_eq!(said.recv().unwrap(), 1);
        let (second, third) = (ask(&["bb", "ccc"]), ask(&["dddd"]));
        while batcher.jobs.capacity() > 6 {
            tokio::task::yield_now().await;
        }
        go.send(()).unwrap();
        assert_eq!(said.recv().unwrap(), 3);
        go.send(()).unwrap();
        assert_eq!(first.await.unwrap(), [[1.0]]);
        assert_eq!(second.await.unwrap(), [[2.0], [3.0]]);
        assert_eq!(third.await.unwrap(), [[4.0]]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_queue_turns_away() {
        let (batcher, go, said) = held(1);
        let ask = || {
            let batcher = batcher.clone();
            tokio::spawn(async move { batcher.compute(texts(&["a"])).await })
        };
        let computing = ask();
        said.recv().unwrap();
        let waiting = ask();
        while batcher.jobs.capacity() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(batcher.compute(texts(&["b"])).await.is_err());
        go.send(()).unwrap();
        go.send(()).unwrap();
        assert!(computing.await.unwrap().is_ok() && waiting.await.unwrap().is_ok());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_long_request_is_not_joined_and_a_bad_one_fails_alone() {
        let (go, held) = std::sync::mpsc::channel::<()>();
        let (say, said) = std::sync::mpsc::channel();
        let batcher = Batcher::new(8, move |texts| {
            say.send(texts.len()).unwrap();
            held.recv().unwrap();
            anyhow::ensure!(texts.iter().all(|text| text != "bad"), "a bad text");
            Ok(lengths(texts))
        });
        let ask = |texts: Vec<String>| {
            let batcher = batcher.clone();
            tokio::spawn(async move { batcher.compute(texts).await.unwrap() })
        };
        let waiting = |requests: usize| {
            let batcher = batcher.clone();
            async move {
                while batcher.jobs.capacity() > 8 - requests {
                    tokio::task::yield_now().await;
                }
            }
        };
        let first = ask(texts(&["a"]));
        assert_eq!(said.recv().unwrap(), 1);
        let good = ask(texts(&["good"]));
        waiting(1).await;
        let bad = ask(texts(&["bad"]));
        waiting(2).await;
        let long = ask(vec!["long".to_owned(); TEXTS_TOGETHER]);
        waiting(3).await;
        // The first; both short ones; each of them; the long one.
        for _ in 0..5 {
            go.send(()).unwrap();
        }
        assert_eq!(long.await.unwrap().unwrap().len(), TEXTS_TOGETHER);
        assert_eq!(good.await.unwrap().unwrap(), [[4.0]]);
        assert!(bad.await.unwrap().is_err() && first.await.unwrap().is_ok());
        assert_eq!(
            said.iter().take(4).collect::<Vec<_>>(),
            [2, 1, 1, TEXTS_TOGETHER]
        );
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_nobody_waits_for_is_not_computed() {
        let (batcher, go, said) = held(8);
        let ask = |word: &str| {
            let (batcher, words) = (batcher.clone(), texts(&[word]));
            tokio::spawn(async move { batcher.compute(words).await })
        };
        let first = ask("a");
        said.recv().unwrap();
        let gone = ask("gone");
        while batcher.jobs.capacity() > 7 {
            tokio::task::yield_now().await;
        }
        gone.abort();
        assert!(gone.await.is_err());
        let last = ask("b");
        while batcher.jobs.capacity() > 6 {
            tokio::task::yield_now().await;
        }
        go.send(()).unwrap();
        go.send(()).unwrap();
        assert!(first.await.unwrap().is_ok() && last.await.unwrap().is_ok());
        assert_eq!(said.recv().unwrap(), 1);
    }

    #[tokio::test]
    async fn a_panic_fails_its_requests_and_no_later_ones() {
        let batcher = Batcher::new(4, |texts| {
            assert!(texts[0] != "bad", "as the test wants it");
            Ok(lengths(texts))
        });
        assert!(batcher.compute(texts(&["bad"])).await.unwrap().is_err());
        assert_eq!(
            batcher.compute(texts(&["good"])).await.unwrap().unwrap(),
            [[4.0]]
        );
    }
}
