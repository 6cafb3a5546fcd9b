//! What a person types or opens to answer a matter.

use contracts::keys;

use super::matter::{Matter, upload_id};
use crate::shell::at_stack;

impl Matter {
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
            Self::Study { command, .. } => vec![command.clone()],
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

    /// Where a person answers it on a page.
    pub(super) fn page(&self, decisions_url: Option<&str>) -> Option<String> {
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
}
