//! What comes of many seeds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::ThreadPoolBuilder;
use report::BandPoint;

/// Answers spent and balanced accuracy on the held-out rows, before the first turn and after each.
pub type Curve = Vec<(f64, f64)>;

/// The median over the seeds, and what eight of ten lie between.
pub struct Band(pub Vec<BandPoint>);

/// Answers from one point to the next.
const STEP: f64 = 50.0;

impl Band {
    /// Over answers that every seed spent.
    pub fn of(curves: &[Curve]) -> Band {
        let spent = |turn: fn(&Curve) -> Option<&(f64, f64)>| {
            curves.iter().filter_map(turn).map(|(spent, _)| *spent)
        };
        let last = spent(|curve| curve.last()).fold(f64::INFINITY, f64::min);
        let mut x = spent(|curve| curve.first()).fold(0.0, f64::max);
        let mut points = Vec::new();
        while x <= last {
            let mut scores: Vec<f64> = curves.iter().map(|curve| at(curve, x)).collect();
            scores.sort_by(f64::total_cmp);
            points.push(BandPoint {
                x,
                low: quantile(&scores, 0.1),
                middle: quantile(&scores, 0.5),
                high: quantile(&scores, 0.9),
            });
            x += STEP;
        }
        Band(points)
    }

    fn medians(&self) -> Curve {
        let median = |point: &BandPoint| (point.x, point.middle);
        self.0.iter().map(median).collect()
    }

    pub fn median(&self, answers: f64) -> f64 {
        at(&self.medians(), answers)
    }

    /// Answers after which the median first reaches the score.
    pub fn reaches(&self, score: f64) -> Option<f64> {
        let medians = self.medians();
        let two = medians.windows(2).find(|two| two[1].1 >= score)?;
        let ((x0, y0), (x1, y1)) = (two[0], two[1]);
        let share = ((score - y0) / (y1 - y0).max(1e-12)).clamp(0.0, 1.0);
        Some(x0 + (x1 - x0) * share)
    }
}

/// In a straight line between two turns.
fn at(curve: &[(f64, f64)], answers: f64) -> f64 {
    let beyond = curve.iter().position(|(spent, _)| *spent >= answers);
    let next = beyond.unwrap_or(curve.len() - 1).max(1);
    let ((x0, y0), (x1, y1)) = (curve[next - 1], curve[next]);
    y0 + (y1 - y0) * (answers - x0) / (x1 - x0).max(1e-12)
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (below, above) = (
        sorted[place.floor() as usize],
        sorted[place.ceil() as usize],
    );
    below + (above - below) * place.fract()
}

/// One run a core, each on its own thread alone: so no run waits for another, and its result is the same on any machine.
pub fn side_by_side<T: Sync, R: Send>(tasks: &[T], run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<Option<R>>> = Mutex::new(tasks.iter().map(|_| None).collect());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let one = ThreadPoolBuilder::new().num_threads(1).build();
                let one = one.expect("a thread can be started");
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(place) else { break };
                    let result = one.install(|| run(task));
                    done.lock().expect("no run panics")[place] = Some(result);
                    if place.is_multiple_of(tasks.len().div_ceil(10)) {
                        eprintln!("{place} of {} runs", tasks.len());
                    }
                }
            });
        }
    });
    let done = done.into_inner().expect("no run panics");
    done.into_iter()
        .map(|result| result.expect("each was run"))
        .collect()
}
