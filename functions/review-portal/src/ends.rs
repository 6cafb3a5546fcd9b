//! The event that tells of a task's end, as A2I tells of a human loop's.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_types::SdkConfig;
use contracts::event;
use contracts::task::Task;
use loop_state::Bucket;
use loop_state::tasks::{self, output};
use tracing::warn;

pub struct Ends {
    events: Client,
    bucket: Bucket,
}

impl Ends {
    pub fn new(aws: &SdkConfig, bucket: &Bucket) -> Self {
        Self {
            events: Client::new(aws),
            bucket: bucket.clone(),
        }
    }

    /// Without an event the task keeps its mark, and reconcile tells.
    pub async fn tell(&self, task: &Task) {
        if let Err(reason) = self.try_to_tell(task).await {
            let human_loop = &task.human_loop;
            warn!(
                human_loop,
                reason, "the end of a task was not told: reconcile finds it"
            );
        }
    }

    async fn try_to_tell(&self, task: &Task) -> Result<(), String> {
        let sentence = |error| lambda_main::sentence(&error);
        let detail = output::event(&self.bucket, task).map_err(sentence)?;
        let detail = serde_json::to_string(&detail).map_err(|error| error.to_string())?;
        self.put(&detail).await?;
        tasks::told(&self.bucket, task).await.map_err(sentence)
    }

    async fn put(&self, detail: &str) -> Result<(), String> {
        let entry = PutEventsRequestEntry::builder()
            .source(event::source(event::PORTAL_HUMAN_LOOP))
            .detail_type(event::PORTAL_HUMAN_LOOP)
            .detail(detail)
            .build();
        let put = self.events.put_events().entries(entry).send().await;
        let put = put.map_err(|error| lambda_main::sentence(&error.into()))?;
        match put.entries().iter().find_map(|entry| entry.error_message()) {
            Some(refused) => Err(refused.to_owned()),
            None => Ok(()),
        }
    }
}
