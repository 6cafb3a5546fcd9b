//! An AutoML job and its jobs, as they were seen at one moment.

use local_core::store::Tx;
use local_sagemaker::jobs::status::JobStatus;
use local_sagemaker::jobs::{self, Job, Processing, Training};

use super::job::{AutoMlJob, JOBS};
use super::metrics::Objective;
use super::plan;
use super::steps::Step;

pub struct Seen {
    pub job: AutoMlJob,
    pub analyze: Option<Job<Processing>>,
    pub features: Option<Job<Processing>>,
    /// In the order of their training.
    pub candidates: Vec<Job<Training>>,
    pub explain: Option<Job<Processing>>,
}

impl Seen {
    pub fn of(tx: &Tx, region: &str, name: &str) -> Option<Self> {
        Some(Self::with(tx, region, JOBS.get(tx, region, name)?))
    }

    pub fn with(tx: &Tx, region: &str, job: AutoMlJob) -> Self {
        let name = |step| job.step_name(step);
        let processing = |step| jobs::get(tx, region, &name(step));
        let numbers = 1..=plan::candidates(&job.request).len();
        let candidates = numbers.map_while(|n| jobs::get(tx, region, &name(Step::Candidate(n))));
        let mut seen = Self {
            analyze: processing(Step::Analyze),
            features: processing(Step::Features),
            candidates: candidates.collect(),
            explain: None,
            job,
        };
        let best = seen.best();
        seen.explain =
            best.and_then(|best| jobs::get(tx, region, &seen.job.step_name(Step::Explain(best))));
        seen
    }

    /// The number of the candidate with the highest objective, the first of equal ones.
    pub fn best(&self) -> Option<usize> {
        let mut best: Option<(usize, f64)> = None;
        for (place, job) in self.candidates.iter().enumerate() {
            if let Some(value) = self.objective().of(job)
                && best.is_none_or(|(_, highest)| value > highest)
            {
                best = Some((place + 1, value));
            }
        }
        best.map(|(number, _)| number)
    }

    /// What its candidates are chosen by.
    pub fn objective(&self) -> Objective {
        let asked = self.job.request.objective();
        let resolved = self.job.resolved.map(|resolved| resolved.objective);
        asked.or(resolved).unwrap_or(Objective::Accuracy)
    }

    /// All candidates have been trained.
    pub fn is_tuned(&self) -> bool {
        let planned = plan::candidates(&self.job.request).len();
        let mut states = self.candidates.iter().map(|job| job.state.status);
        self.job.status.is_final()
            || self.candidates.len() == planned && states.all(JobStatus::is_final)
    }

    /// Its processing jobs, in the order of their steps.
    pub fn processing(&self) -> impl Iterator<Item = &Job<Processing>> {
        let jobs = [&self.analyze, &self.features, &self.explain];
        jobs.into_iter().flatten()
    }
}
