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
    /// `compute` answers every text in order. At most `waiting` requests wait for it.
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
            while let Some(first) = queue.blocking_recv() {
                answer(gather(first, &mut queue), &compute);
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

/// The first request with those behind it that fit beside it.
fn gather(first: Job, queue: &mut mpsc::Receiver<Job>) -> Vec<Job> {
    let mut texts = first.texts.len();
    let mut jobs = vec![first];
    while texts < TEXTS_TOGETHER {
        let Ok(next) = queue.try_recv() else { break };
        texts += next.texts.len();
        jobs.push(next);
    }
    jobs
}

fn answer(jobs: Vec<Job>, compute: &impl Fn(&[String]) -> Result<Vec<Vec<f32>>>) {
    let counts: Vec<usize> = jobs.iter().map(|job| job.texts.len()).collect();
    let (texts, answers): (Vec<_>, Vec<_>) =
        jobs.into_iter().map(|job| (job.texts, job.answer)).unzip();
    let texts = texts.concat();
    // A defect in the model's code fails these requests, not the endpoint.
    let computed = panic::catch_unwind(AssertUnwindSafe(|| compute(&texts)))
        .unwrap_or_else(|_| Err(anyhow!("the model's code panicked")))
        .map_err(Arc::new);
    let mut rows = computed.as_ref().map(|rows| rows.iter().cloned());
    for (answer, count) in answers.into_iter().zip(counts) {
        let own = match &mut rows {
            Ok(rows) => Ok(rows.take(count).collect()),
            Err(error) => Err(Arc::clone(error)),
        };
        // Who asked may have gone.
        let _ = answer.send(own);
    }
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
