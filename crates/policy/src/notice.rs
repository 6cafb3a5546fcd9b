//! What a person is told of, in which words, and the commands that answer it.

use std::time::Duration;

use contracts::constraints::{Severity, Violation};
use contracts::keys;
use contracts::names::DEFAULT_STACK;

use crate::content_name::content_name;

/// A matter that a person must learn of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matter {
    /// A model version passed the gate in manual mode, or the gate left the decision open, and it is not compared with the
    /// champion.
    Undecided { version: i32, passed: bool },
    /// A model version was compared with the champion, and a person decides about it.
    Compared { version: i32, reason: String },
    /// A model version waits for a decision for too long.
    Waits { version: i32, reason: String },
    /// The run on a dataset version was given up.
    Run {
        version: u32,
        attempt: u32,
        reason: String,
    },
    /// A study was given up.
    Study { study: String, reason: String },
    /// A dataset version waits because the day's runs are used up.
    EnoughRuns { version: u32, runs: u32 },
    /// An upload is unlike the dataset's constraints, and the version with it waits.
    Held {
        version: u32,
        key: String,
        violations: Vec<Violation>,
    },
    /// The current run's execution runs for too long.
    Execution { id: String, reason: String },
    /// An execution that no run refers to.
    Orphan { id: String },
    /// The deployment of a model version was given up.
    Deployment { version: i32, reason: String },
    /// The deployment of a model version was refused, and is tried again by itself.
    Paused { version: i32, reason: String },
    /// The endpoint changes for too long.
    Endpoint { reason: String },
    /// The pin names a model version that is not approved.
    Pin { version: i32 },
    /// A model version was live or on its way, and was taken back.
    Withdrawn { version: i32, mark: String },
    /// An uploaded file that its function does not come to an end with.
    Upload { key: String },
    /// A human loop that was given up.
    HumanLoop { name: String, reason: String },
    /// Questions to reviewers, of which the oldest has waited for too long.
    Reviews { open: usize, waited: Duration },
}

/// The subject of [`Matter::Reviews`].
pub const REVIEWS: &str = "reviews";

/// What still is so is told again after this time.
pub const AGAIN: Duration = Duration::from_secs(24 * 3600);

/// Notices that one message holds; more are counted.
const MOST: usize = 10;

/// SageMaker's reasons may be a page long.
const MOST_LETTERS: usize = 400;

impl Matter {
    /// Names the matter among all others, so that it is told once.
    pub fn subject(&self) -> String {
        match self {
            Self::Undecided { version, .. }
            | Self::Compared { version, .. }
            | Self::Waits { version, .. } => format!("decision-{version}"),
            Self::Run {
                version, attempt, ..
            } => format!("run-{version}-{attempt}"),
            Self::Study { study, .. } => format!("study-{study}"),
            Self::EnoughRuns { version, .. } => format!("release-{version}"),
            Self::Held { version, .. } => format!("held-{version}"),
            Self::Execution { id, .. } => format!("execution-{id}"),
            Self::Orphan { id } => format!("orphan-{id}"),
            Self::Deployment { version, .. } | Self::Paused { version, .. } => {
                format!("deployment-{version}")
            }
            Self::Endpoint { .. } => "endpoint".to_owned(),
            Self::Pin { version } => format!("pin-{version}"),
            Self::Withdrawn { version, .. } => format!("withdrawn-{version}"),
            Self::Upload { key } => format!("upload-{}", upload_id(key)),
            Self::HumanLoop { name, .. } => format!("human-loop-{name}"),
            Self::Reviews { .. } => REVIEWS.to_owned(),
        }
    }

    /// What happened.
    pub fn sentence(&self) -> String {
        match self {
            Self::Undecided { version, passed } => {
                let gate = if *passed {
                    "passed the gate"
                } else {
                    "is Inconclusive"
                };
                format!("model version {version} {gate} and waits for your decision")
            }
            Self::Compared { version, reason } => format!(
                "model version {version} waits for your decision; its comparison with the champion: {reason}"
            ),
            Self::Run {
                version, reason, ..
            } => format!("dataset version {version}: {reason}"),
            Self::Study { study, reason } => format!("study {study} was given up: {reason}"),
            Self::EnoughRuns { version, runs } => format!(
                "dataset version {version} waits for tomorrow (UTC): {runs} runs have started today"
            ),
            Self::Held {
                version,
                key,
                violations,
            } => held(*version, key, violations),
            Self::Deployment { version, reason } | Self::Paused { version, reason } => {
                format!("version {version}: {reason}")
            }
            Self::Waits { reason, .. }
            | Self::Execution { reason, .. }
            | Self::Endpoint { reason } => reason.clone(),
            Self::Orphan { id } => format!("{id} runs and is not the current run's"),
            Self::Pin { version } => {
                format!("the pin names version {version}, which is not approved")
            }
            Self::Withdrawn { version, mark } => {
                format!("model version {version} was withdrawn from the endpoint ({mark})")
            }
            Self::Upload { key } => {
                format!(
                    "{key} has no receipt after a day: discard it, and upload it in smaller files"
                )
            }
            Self::HumanLoop { name, reason } => {
                format!("the human loop {name} was given up, its text has no label: {reason}")
            }
            Self::Reviews { open, waited } => waiting(*open, *waited),
        }
    }

    /// The commands that answer it, each as it is typed; TEXT and FILE are for the person to fill in.
    pub fn commands(&self, stack: &str) -> Vec<String> {
        let commands = match self {
            Self::Undecided { version, .. }
            | Self::Compared { version, .. }
            | Self::Waits { version, .. } => vec![
                format!("reviewloop model {version}"),
                format!("reviewloop approve {version} --reason TEXT"),
                format!("reviewloop reject {version} --reason TEXT"),
            ],
            Self::Run { .. } => vec!["reviewloop start".to_owned()],
            Self::Study { .. } => vec!["reviewloop tune".to_owned()],
            Self::EnoughRuns { version, .. } => vec![format!("reviewloop release {version}")],
            Self::Held { version, key, .. } => vec![
                format!("reviewloop release {version} --reason TEXT"),
                format!("reviewloop discard {}", upload_id(key)),
            ],
            Self::Execution { id, .. } | Self::Orphan { id } => {
                vec![format!("reviewloop stop {id}")]
            }
            // Approved again, a version starts with a clean record.
            Self::Deployment { version, .. } => {
                vec![format!("reviewloop approve {version} --reason TEXT")]
            }
            Self::Pin { version } => vec![
                "reviewloop unpin".to_owned(),
                format!("reviewloop approve {version} --reason TEXT"),
            ],
            Self::Endpoint { .. } => vec!["reviewloop logs endpoint".to_owned()],
            Self::Withdrawn { version, .. } => vec![format!("reviewloop model {version}")],
            Self::Upload { key } => vec![
                format!("reviewloop discard {}", upload_id(key)),
                if key.starts_with(keys::INCOMING_UNLABELLED) {
                    "reviewloop upload --unlabelled FILE".to_owned()
                } else {
                    "reviewloop upload FILE".to_owned()
                },
            ],
            // Nothing brings its answer back; the log has the reason.
            Self::HumanLoop { .. } => vec!["reviewloop logs collect-labels".to_owned()],
            Self::Paused { .. } => vec!["reviewloop status".to_owned()],
            Self::Reviews { .. } => vec!["reviewloop reviewers".to_owned()],
        };
        let commands = commands.into_iter();
        commands.map(|command| at_stack(&command, stack)).collect()
    }

    /// A model version that people approve or reject.
    pub fn is_decided_on_a_page(&self) -> bool {
        matches!(
            self,
            Self::Undecided { .. } | Self::Compared { .. } | Self::Waits { .. }
        )
    }

    /// Where a person answers it on a page.
    fn page(&self, decisions_url: Option<&str>) -> Option<String> {
        match self {
            Self::Undecided { version, .. }
            | Self::Compared { version, .. }
            | Self::Waits { version, .. } => {
                let url = decisions_url?.trim_end_matches('/');
                Some(format!("{url}/tasks/{version}"))
            }
            _ => None,
        }
    }

    /// The sentence with its page and its commands, in letters that stand in a JSON string as they are: EventBridge
    /// escapes no value that an input transformer puts into its template.
    pub fn notice(&self, stack: &str, decisions_url: Option<&str>) -> String {
        let sentence: String = self.sentence().chars().take(MOST_LETTERS).collect();
        let plain = sentence.chars().map(|letter| match letter {
            '"' => '\'',
            '\\' => '/',
            letter if letter.is_control() => ' ',
            letter => letter,
        });
        let plain: String = plain.collect();
        let answers = self.page(decisions_url).into_iter();
        let answers: Vec<String> = answers.chain(self.commands(stack)).collect();
        format!("{plain} -> {}", answers.join(" | "))
    }

    /// Given up or too late, and so told by `stuck`: neither a question that has just come up nor news.
    pub fn is_stuck(&self) -> bool {
        !matches!(
            self,
            Self::Undecided { .. }
                | Self::Compared { .. }
                | Self::EnoughRuns { .. }
                | Self::Held { .. }
                | Self::Orphan { .. }
                | Self::Withdrawn { .. }
                | Self::Reviews { .. }
        )
    }

    /// An execution that no run refers to.
    pub fn is_orphan(&self) -> bool {
        matches!(self, Self::Orphan { .. })
    }

    /// Whether a person is told at all: what is tried again by itself stands in status alone.
    pub fn is_told(&self) -> bool {
        !matches!(self, Self::Paused { .. })
    }

    /// Whether a person is told again: what was withdrawn or given up stays so and asks for nothing.
    pub fn is_told_again(&self) -> bool {
        !matches!(
            self,
            Self::Withdrawn { .. } | Self::HumanLoop { .. } | Self::Study { .. }
        )
    }
}

/// The first violation that holds the version, and how many more there are.
fn held(version: u32, key: &str, violations: &[Violation]) -> String {
    let mut holding = violations
        .iter()
        .filter(|violation| violation.severity == Severity::Hold);
    let first = holding.next().map(ToString::to_string).unwrap_or_default();
    let more = match holding.count() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "dataset version {version} waits, because {key} is unlike the constraints: {first}{more}"
    )
}

fn waiting(open: usize, waited: Duration) -> String {
    let days = match waited.as_secs() / AGAIN.as_secs() {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    match open {
        1 => format!("1 review has waited for an answer for {days}"),
        _ => format!("{open} reviews wait for an answer, the oldest for {days}"),
    }
}

/// An upload in a command: a key may have blanks and quotes.
pub fn upload_id(key: &str) -> String {
    content_name(&[key.as_bytes()])
}

/// All notices of one look as one message; `None` where there are none.
pub fn message(notices: &[String], stack: &str) -> Option<String> {
    let mut told: Vec<String> = notices.iter().take(MOST).cloned().collect();
    if let Some(more @ 1..) = notices.len().checked_sub(MOST) {
        told.push(format!(
            "{more} more -> {}",
            at_stack("reviewloop status", stack)
        ));
    }
    (!told.is_empty()).then(|| told.join(" ; "))
}

/// The command for this stack, whose name is left out where the command line knows it.
fn at_stack(command: &str, stack: &str) -> String {
    if stack == DEFAULT_STACK {
        command.to_owned()
    } else {
        format!("{command} --stack {stack}")
    }
}

#[cfg(test)]
mod tests;
