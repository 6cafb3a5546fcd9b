//! The people who are asked. Which service has their questions is configuration: the name is a flow definition's ARN
//! of A2I, or `review-portal/STACK`. No function knows which it is.

mod a2i;
mod portal;
mod state;

use anyhow::Result;
use aws_types::SdkConfig;
use contracts::review::HumanLoopRecord;
use contracts::{event, names};
use policy::naming;

use crate::objects::Bucket;
use crate::refusal::Refusal;
use a2i::A2i;
use portal::Portal;
pub use state::{Listed, Loops, State};

#[derive(Debug, Clone)]
pub enum Reviewers {
    A2i(A2i),
    Portal(Portal),
}

impl Reviewers {
    pub fn new(aws: &SdkConfig, bucket: &Bucket, name: &str) -> Self {
        match names::review_portal_stack(name) {
            None => Self::A2i(A2i::new(aws, bucket, name)),
            Some(_) => Self::Portal(Portal::new(aws, bucket, name)),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::A2i(a2i) => &a2i.flow_definition_arn,
            Self::Portal(portal) => &portal.name,
        }
    }

    /// Whether they are the same stack's as those of this name, which an update may have changed: loops of the ones
    /// before it still end.
    pub fn is(&self, name: &str) -> bool {
        naming::same_reviewers(self.name(), name)
    }

    /// Of the event that tells of a loop's end.
    pub fn detail_type(&self) -> &'static str {
        match self {
            Self::A2i(_) => event::HUMAN_LOOP,
            Self::Portal(_) => event::PORTAL_HUMAN_LOOP,
        }
    }

    /// Starts the loop that a record tells of. Started again with the same input it is the same loop, so this
    /// also repairs a crash between the record and the call.
    pub async fn start(&self, record: &HumanLoopRecord) -> Result<(), Refusal> {
        match self {
            Self::A2i(a2i) => a2i.start(record).await,
            Self::Portal(portal) => portal.start(record).await,
        }
    }

    pub async fn state(&self, human_loop: &str) -> Result<State> {
        match self {
            Self::A2i(a2i) => a2i.state(human_loop).await,
            Self::Portal(portal) => portal.state(human_loop).await,
        }
    }

    /// Where these loops stand; one that is not there has no entry. Others may be listed, too. Loops that were
    /// not answered in time have failed.
    pub async fn list(&self, human_loops: &[String]) -> Result<Loops> {
        match self {
            Self::A2i(a2i) => Ok(Loops {
                listed: a2i.list().await?,
                untold: Vec::new(),
            }),
            Self::Portal(portal) => portal.list(human_loops).await,
        }
    }

    /// Notes that the end of one of [`Loops::untold`] was sent.
    pub async fn told(&self, human_loop: &str) -> Result<()> {
        match self {
            Self::A2i(_) => Ok(()),
            Self::Portal(portal) => portal.told(human_loop).await,
        }
    }

    /// Nobody is asked any more; answers that were given count.
    pub async fn stop(&self, human_loop: &str) -> Result<(), Refusal> {
        match self {
            Self::A2i(a2i) => a2i.stop(human_loop).await,
            Self::Portal(portal) => portal.stop(human_loop).await,
        }
    }
}
