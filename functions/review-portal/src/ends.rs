//! The event that tells of a task's end, as A2I tells of a human loop's.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_types::SdkConfig;
use contracts::event;
use contracts::task::Task;
use loop_state::Bucket;
use loop_state::tasks::output;
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

    /// An event that is lost leaves the answer where it is, and reconcile finds it there.
    pub async fn tell(&self, task: &Task) {
        let told = match output::event(&self.bucket, task) {
            Ok(detail) => {
                self.put(&serde_json::to_string(&detail).unwrap_or_default())
                    .await
            }
            Err(error) => Err(format!("{error:#}")),
        };
        if let Err(reason) = told {
            let human_loop = &task.human_loop;
            warn!(
                human_loop,
                reason, "the end of a task was not told: reconcile finds it"
            );
        }
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
