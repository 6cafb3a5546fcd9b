//! What the page is made from. Every field holds something that was measured or said; the page
//! computes nothing but percentages and bins.

mod bias;
mod curves;

pub use bias::{BiasPicture, BiasSection, BiasState, BiasValue};
pub use curves::{BandPoint, BandedCurve, CurvePanel, CurvePicture, Scale, Tone};

/// One run of the loop.
#[derive(Debug, Clone)]
pub struct Report {
    pub title: String,
    /// How it ended, in one sentence.
    pub summary: String,
    /// When the page was made, ready to print.
    pub created: String,
    pub data: Provenance,
    /// In the order of every matrix and count below.
    pub classes: Vec<Class>,
    pub turns: Vec<Turn>,
    pub confidences: Option<Confidences>,
    pub latency: Option<Latency>,
    pub people: Option<People>,
    /// Wall-clock seconds of the whole loop without building, where it was measured.
    pub seconds: Option<f64>,
}

/// The comparison of a turn's model with the champion on labelled rows of the traffic.
#[derive(Debug, Clone)]
pub struct Rollout {
    pub title: String,
    /// Where it stands and what was seen.
    pub summary: String,
    /// The evidence, shares and guardrails over time, as far as there is something to draw.
    pub pictures: Vec<CurvePicture>,
}

/// Where the rows came from.
#[derive(Debug, Clone)]
pub struct Provenance {
    /// File or generator.
    pub source: String,
    /// Shown as "synthetic data" wherever the data is named.
    pub synthetic: bool,
    /// One more sentence about it, may be empty.
    pub note: String,
    pub rows: u64,
    /// Rows of the source that were held out and sent to the endpoint later.
    pub withheld: Option<u64>,
}

/// A label as stored, and as people say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub label: String,
    pub name: String,
}

/// One dataset version, the model trained on it, and what became of that model.
#[derive(Debug, Clone)]
pub struct Turn {
    /// How the page calls it: "turn 1", "version 3".
    pub name: String,
    pub dataset: Dataset,
    pub rows: u64,
    pub quarantined: u64,
    /// Rows that carry a person's label.
    pub human_rows: u64,
    pub balance: Balance,
    pub training: Option<Training>,
    pub epochs: Vec<Epoch>,
    /// What an AutoML training tried, the best first; empty for other trainings.
    pub candidates: Vec<Candidate>,
    pub evaluation: Evaluation,
    /// Of the data and of the model's answers; empty where none was measured.
    pub bias: Vec<BiasSection>,
    /// None where no model was registered, so that nothing was judged.
    pub gate: Option<Gate>,
    pub rollout: Option<Rollout>,
    pub model_package: String,
    pub endpoint: String,
    /// Whether the endpoint answered with this turn's model.
    pub in_service: bool,
    /// The pipeline's steps in the order in which they started.
    pub timings: Vec<Timing>,
    /// Name and address of what the run read and wrote.
    pub files: Vec<(String, String)>,
}

/// The dataset version that was trained on, and how a table became its rows.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    pub name: String,
    pub version: u32,
    pub id: String,
    /// Columns of the upload, each with what it is used for.
    pub columns: Vec<(String, String)>,
    /// Values of the label column, each with its label.
    pub labels: Vec<(String, String)>,
}

/// Rows per class, once per stage (uploaded, trained on, ...).
#[derive(Debug, Clone, Default)]
pub struct Balance {
    /// The stages that are drawn: each takes rows from the one before it.
    pub series: Vec<Series>,
    /// The parts that are kept from training, for the table.
    pub held_out: Vec<Series>,
}

/// What the training card says.
#[derive(Debug, Clone)]
pub struct Training {
    pub algorithm: String,
    pub seed: Option<String>,
    pub epochs: u64,
    /// The epoch (from 1) whose weights were kept.
    pub kept_epoch: u32,
    pub seconds: f64,
    pub parameters: u64,
    pub train_rows: u64,
    pub validation_rows: u64,
    pub truncation: Option<Truncation>,
    /// Sentences about the rows.
    pub warnings: Vec<String>,
    /// The dataset version, the digests of what was read, and the program: by name.
    pub inputs: Vec<(String, String)>,
    /// All of them, by name.
    pub hyperparameters: Vec<(String, String)>,
}

/// Texts that were longer than the model takes.
#[derive(Debug, Clone, Copy)]
pub struct Truncation {
    pub max_seq_length: u64,
    pub rows: u64,
    pub of_rows: u64,
    /// BERT is one of several members, and the others read texts whole.
    pub of_a_member: bool,
}

#[derive(Debug, Clone)]
pub struct Series {
    pub name: String,
    /// One count per class of [`Report::classes`].
    pub counts: Vec<u64>,
}

/// Mean losses and the validation rows' balanced accuracy at the end of an epoch.
#[derive(Debug, Clone, Copy)]
pub struct Epoch {
    pub epoch: f64,
    pub train: f64,
    pub validation: Option<f64>,
    pub balanced_accuracy: Option<f64>,
    /// Whether the model has this epoch's weights.
    pub kept: bool,
}

/// One model of an AutoML training.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The algorithm's.
    pub name: String,
    /// Its share of the answer.
    pub weight: f64,
    /// Of it alone on the test rows; none where it has no model.
    pub balanced_accuracy: Option<Interval>,
    /// The answer's balanced accuracy minus its own, paired by row.
    pub gain: Option<Interval>,
    /// Of its training.
    pub seconds: f64,
    pub parameters: u64,
    /// By name; empty where they were not recorded.
    pub hyperparameters: Vec<(String, String)>,
    pub epochs: Vec<Epoch>,
    /// Why it has no model.
    pub failure: Option<String>,
}

/// A score with its 95 % interval.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

#[derive(Debug, Clone)]
pub struct Evaluation {
    pub test_rows: u64,
    pub accuracy: Interval,
    pub balanced_accuracy: Interval,
    pub macro_f1: f64,
    /// By bootstrap.
    pub macro_f1_interval: Option<(f64, f64)>,
    /// One per class of [`Report::classes`].
    pub classes: Vec<ClassScores>,
    pub confusion: Confusion,
    /// The champion's balanced accuracy on the same rows, if there was one.
    pub champion: Option<Interval>,
    /// Challenger minus champion, paired by row.
    pub difference: Option<Interval>,
    /// The smallest such difference that these rows show four times in five.
    pub detectable: Option<f64>,
    pub mcnemar: Option<McNemar>,
    /// Challenger minus anchor, paired by row; absent where the champion is the anchor.
    pub anchor_difference: Option<Interval>,
    pub reliability: Option<Reliability>,
    /// By review threshold, the lowest first; empty if it was not measured.
    pub coverage: Vec<CoveragePoint>,
    pub telling_words: Option<TellingWords>,
    pub slices: Vec<Slice>,
}

/// Precision, recall and F1 of one class, with 95 % intervals where they were measured.
#[derive(Debug, Clone, Copy)]
pub struct ClassScores {
    pub support: u64,
    pub precision: f64,
    pub precision_interval: Option<(f64, f64)>,
    pub recall: Interval,
    pub f1: f64,
    pub f1_interval: Option<(f64, f64)>,
}

/// Rows that only one of the two models got right.
#[derive(Debug, Clone, Copy)]
pub struct McNemar {
    pub only_challenger: u64,
    pub only_champion: u64,
    /// Exact, two-sided.
    pub p: Option<f64>,
}

/// Confidence against accuracy, before the temperature and as served.
#[derive(Debug, Clone)]
pub struct Reliability {
    pub temperature: f64,
    pub before: Calibration,
    pub after: Calibration,
}

#[derive(Debug, Clone)]
pub struct Calibration {
    /// The expected calibration error.
    pub error: f64,
    /// The error that a calibrated model stays below.
    pub calibrated_error: Option<f64>,
    pub bins: Vec<CalibrationBin>,
}

#[derive(Debug, Clone, Copy)]
pub struct CalibrationBin {
    pub rows: u64,
    /// Their mean.
    pub confidence: f64,
    pub accuracy: f64,
    /// The ends of the band in which a calibrated model's accuracy lies.
    pub calibrated: Option<(f64, f64)>,
}

/// What a review threshold leaves to the model.
#[derive(Debug, Clone, Copy)]
pub struct CoveragePoint {
    pub threshold: f64,
    /// Share of the test rows.
    pub coverage: f64,
    /// Among them; none where there are no rows.
    pub accuracy: Option<Interval>,
}

/// The words that spoke most for each class.
#[derive(Debug, Clone)]
pub struct TellingWords {
    /// As a reader knows it: "integrated gradients".
    pub method: String,
    pub rows: u64,
    pub of_rows: u64,
    pub minimum_rows: u64,
    /// One list per class of [`Report::classes`], the most telling first.
    pub labels: Vec<Vec<TellingWord>>,
}

#[derive(Debug, Clone)]
pub struct TellingWord {
    pub word: String,
    pub rows: u64,
    /// Added to the class's logit, all rows together and per row.
    pub attribution: f64,
    pub mean_attribution: f64,
}

/// The rows of one category.
#[derive(Debug, Clone)]
pub struct Slice {
    pub name: String,
    pub rows: u64,
    /// Too few to say anything.
    pub small: bool,
    pub accuracy: Interval,
    /// To the accuracy of all other rows.
    pub difference: Interval,
}

/// Rows are the truth, columns the prediction: `counts[truth][prediction]`.
#[derive(Debug, Clone, Default)]
pub struct Confusion {
    pub counts: Vec<Vec<u64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Approved,
    Rejected,
    Inconclusive,
}

#[derive(Debug, Clone)]
pub struct Gate {
    pub verdict: Verdict,
    pub checks: Vec<Check>,
    /// The lower bound of balanced accuracy that the gate asks for.
    pub floor: Option<f64>,
}

/// One thing that the gate looked at.
#[derive(Debug, Clone)]
pub struct Check {
    pub name: String,
    pub verdict: Verdict,
    pub reason: String,
}

/// The endpoint's confidence in each prediction, and below what it asks a person.
#[derive(Debug, Clone)]
pub struct Confidences {
    pub threshold: f64,
    pub values: Vec<f64>,
}

/// As the caller saw it, network and function included.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    pub requests: u64,
    pub predictions: u64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

#[derive(Debug, Clone)]
pub struct People {
    /// The reviewers: "simulated workers, 8 % wrong answers" or "people in a browser".
    pub reviewers: String,
    /// Texts that people were asked about.
    pub texts: u64,
    pub answers: u64,
    pub labels: u64,
    /// Started because of low confidence, and drawn at random.
    pub uncertain: u64,
    pub audited: u64,
}

#[derive(Debug, Clone)]
pub struct Timing {
    pub name: String,
    pub status: String,
    pub seconds: f64,
}
