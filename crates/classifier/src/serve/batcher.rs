//! The queue of the one computing thread. It computes in turns of a few texts: requests that
//! arrived during a turn are computed together, and a long request lets them go first between its
//! turns.

use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::thread;

use anyhow::{Result, anyhow, ensure};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// Texts of one turn. A text waits for at most one turn of each request before it: half a second
/// at 130 texts a second (docs/classifier.md).
const TEXTS_A_TURN: usize = 64;

/// One row of probabilities per text, or what went wrong with the whole.
pub type Computed = Result<Vec<Vec<f32>>>;

#[derive(Clone)]
pub struct Batcher {
    jobs: mpsc::UnboundedSender<Job>,
    /// A permit for each request that may be queued or computed at a time.
    requests: Arc<Semaphore>,
    /// A permit for each KiB of their texts.
    kibibytes: Arc<Semaphore>,
    /// All permits of `kibibytes`.
    kib: usize,
}

/// Why a request is not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// The queue is full: the client should retry.
    Full,
    /// The computing thread has ended: no request will be answered any more.
    Ended,
}

impl Batcher {
    /// `compute` answers every text in order. At most `requests` with `kib` of texts are
    /// taken at a time, those being computed among them.
    pub fn new(
        requests: usize,
        kib: usize,
        compute: impl Fn(&[&str]) -> Computed + Send + 'static,
    ) -> Batcher {
        let (jobs, arriving) = mpsc::unbounded_channel();
        thread::spawn(move || {
            // Runs rayon work on this thread too, which saves two thread switches a request. Without
            // such a pool, rayon's global pool is used.
            let _pool = rayon::ThreadPoolBuilder::new().use_current_thread().build();
            work(arriving, &compute);
        });
        Batcher {
            jobs,
            requests: Arc::new(Semaphore::new(requests)),
            kibibytes: Arc::new(Semaphore::new(kib)),
            kib,
        }
    }

    /// Queues the texts at once; the future waits for the answer. Dropping it ends the request at
    /// its next turn.
    pub fn submit(
        &self,
        texts: Vec<String>,
    ) -> Result<impl Future<Output = Computed> + use<>, Refused> {
        if !self.is_running() {
            return Err(Refused::Ended);
        }
        let request = Arc::clone(&self.requests).try_acquire_owned();
        let bytes: usize = texts.iter().map(String::len).sum();
        // A request that is larger than all permits is taken where it is alone.
        let kib = bytes.div_ceil(1 << 10).min(self.kib);
        let kib = u32::try_from(kib).unwrap_or(u32::MAX);
        let kibibytes = Arc::clone(&self.kibibytes).try_acquire_many_owned(kib);
        let (Ok(request), Ok(kibibytes)) = (request, kibibytes) else {
            return Err(Refused::Full);
        };
        let (answer, answered) = oneshot::channel();
        let job = Job {
            texts,
            rows: Vec::new(),
            answer,
            permits: [request, kibibytes],
        };
        self.jobs.send(job).map_err(|_| Refused::Ended)?;
        let lost = |_| Err(anyhow!("the computing thread has ended"));
        Ok(async move { answered.await.unwrap_or_else(lost) })
    }

    /// Whether the computing thread lives.
    pub fn is_running(&self) -> bool {
        !self.jobs.is_closed()
    }
}

struct Job {
    texts: Vec<String>,
    /// The probabilities of the first texts, computed in earlier turns.
    rows: Vec<Vec<f32>>,
    answer: oneshot::Sender<Computed>,
    permits: [OwnedSemaphorePermit; 2],
}

impl Job {
    /// The texts of its next turn.
    fn turn(&self) -> &[String] {
        let rest = &self.texts[self.rows.len()..];
        &rest[..rest.len().min(TEXTS_A_TURN)]
    }

    /// Releases its permits first, so that a caller that has its answer can send the next request.
    fn answer(self, computed: Computed) {
        drop(self.permits);
        // An error means that the caller has disconnected.
        let _ = self.answer.send(computed);
    }
}

/// Turn by turn, until the last [`Batcher`] is gone.
fn work(mut arriving: mpsc::UnboundedReceiver<Job>, compute: &impl Fn(&[&str]) -> Computed) {
    let mut waiting = VecDeque::new();
    let mut unfinished = None;
    loop {
        if waiting.is_empty() && unfinished.is_none() {
            let Some(job) = arriving.blocking_recv() else {
                return;
            };
            waiting.push_back(job);
        }
        while let Ok(job) = arriving.try_recv() {
            waiting.push_back(job);
        }
        // Behind those that arrived during its turn, so that they wait for that one turn alone.
        waiting.extend(unfinished.take());
        // Nobody would read the answer to a caller that has disconnected.
        waiting.retain(|job: &Job| !job.answer.is_closed());
        unfinished = take_turn(gather(&mut waiting), compute);
    }
}

/// The first jobs whose turns fit into one.
fn gather(waiting: &mut VecDeque<Job>) -> Vec<Job> {
    let mut texts = 0;
    let mut jobs = Vec::new();
    while let Some(next) = waiting.pop_front() {
        texts += next.turn().len();
        if texts > TEXTS_A_TURN {
            waiting.push_front(next);
            break;
        }
        jobs.push(next);
    }
    jobs
}

/// Computes the jobs' turns together, and one by one if that fails: they fail each for itself.
/// Returns the job that has texts left: one such job fills a turn.
fn take_turn(jobs: Vec<Job>, compute: &impl Fn(&[&str]) -> Computed) -> Option<Job> {
    let texts: Vec<&str> = jobs
        .iter()
        .flat_map(Job::turn)
        .map(String::as_str)
        .collect();
    if texts.is_empty() {
        return None;
    }
    let computed = guarded(compute, &texts);
    let mut unfinished = None;
    match (computed, <[Job; 1]>::try_from(jobs)) {
        (Ok(rows), jobs) => {
            let mut rows = rows.into_iter();
            for mut job in jobs.map_or_else(|jobs| jobs, Vec::from) {
                let texts = job.turn().len();
                job.rows.extend(rows.by_ref().take(texts));
                if job.rows.len() < job.texts.len() {
                    unfinished = Some(job);
                } else {
                    let rows = std::mem::take(&mut job.rows);
                    job.answer(Ok(rows));
                }
            }
        }
        (Err(error), Ok([job])) => job.answer(Err(error)),
        (Err(_), Err(jobs)) => {
            for job in jobs {
                unfinished = unfinished.or(take_turn(vec![job], compute));
            }
        }
    }
    unfinished
}

/// A defect in the model's code fails the request, not the endpoint.
fn guarded(compute: &impl Fn(&[&str]) -> Computed, texts: &[&str]) -> Computed {
    let rows = panic::catch_unwind(AssertUnwindSafe(|| compute(texts)))
        .unwrap_or_else(|_| Err(anyhow!("the model's code panicked")))?;
    ensure!(
        rows.len() == texts.len(),
        "the model answered {} of {} texts",
        rows.len(),
        texts.len()
    );
    Ok(rows)
}

#[cfg(test)]
pub mod tests;
