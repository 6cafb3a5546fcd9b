//! The secondary statuses of a training job.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::kind::{Spell, Stage};
use local_core::timestamp::Timestamp;

/// Every secondary status that a job had, in order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Transitions(Vec<Transition>);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Transition {
    status: SecondaryStatus,
    start: Timestamp,
    end: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecondaryStatus {
    Starting,
    Downloading,
    Training,
    Uploading,
    Stopping,
    Stopped,
    MaxRuntimeExceeded,
    Completed,
    Failed,
}

impl Transitions {
    pub fn last(&self) -> SecondaryStatus {
        self.0
            .last()
            .map_or(SecondaryStatus::Starting, |transition| transition.status)
    }

    /// Moves to the next secondary status; a second call with the same one changes nothing.
    pub fn enter(&mut self, stage: Stage, now: Timestamp) {
        let status = SecondaryStatus::of(stage);
        if let Some(last) = self.0.last_mut() {
            if last.status == status {
                return;
            }
            last.end = Some(now);
        }
        self.0.push(Transition {
            status,
            start: now,
            end: status.is_final().then_some(now),
        });
    }

    pub fn described(&self, spell: Spell) -> Vec<Value> {
        self.0
            .iter()
            .map(|transition| {
                json!({
                    "Status": transition.status,
                    "StartTime": spell(transition.start),
                    "EndTime": transition.end.map(spell),
                    "StatusMessage": transition.status.message(),
                })
            })
            .collect()
    }
}

impl SecondaryStatus {
    fn of(stage: Stage) -> Self {
        match stage {
            Stage::Starting => SecondaryStatus::Starting,
            Stage::Downloading => SecondaryStatus::Downloading,
            Stage::Running => SecondaryStatus::Training,
            Stage::Uploading => SecondaryStatus::Uploading,
            Stage::Stopping => SecondaryStatus::Stopping,
            Stage::Completed => SecondaryStatus::Completed,
            Stage::Stopped => SecondaryStatus::Stopped,
            Stage::TimedOut => SecondaryStatus::MaxRuntimeExceeded,
            Stage::Failed => SecondaryStatus::Failed,
        }
    }

    fn is_final(self) -> bool {
        matches!(
            self,
            SecondaryStatus::Stopped
                | SecondaryStatus::MaxRuntimeExceeded
                | SecondaryStatus::Completed
                | SecondaryStatus::Failed
        )
    }

    fn message(self) -> &'static str {
        match self {
            SecondaryStatus::Starting => "Preparing the folder of the training job",
            SecondaryStatus::Downloading => "Downloading input data",
            SecondaryStatus::Training => "Training image started. Training in progress.",
            SecondaryStatus::Uploading => "Uploading generated training model",
            SecondaryStatus::Stopping => "Stopping the training job",
            SecondaryStatus::Stopped => "Training job stopped",
            SecondaryStatus::MaxRuntimeExceeded => {
                "Training job runtime exceeded MaxRuntimeInSeconds"
            }
            SecondaryStatus::Completed => "Training job completed",
            SecondaryStatus::Failed => "Training job failed",
        }
    }
}
