//! The clients that the handler works with, built once.

use aws_types::SdkConfig;
use loop_state::{Bucket, Clock, Reviewers};

use crate::Config;

pub struct Deps {
    pub config: Config,
    pub clock: Clock,
    pub bucket: Bucket,
    pub reviewers: Option<Reviewers>,
    aws: SdkConfig,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let bucket = Bucket::new(aws, &config.bucket);
        let reviewers = config.reviewers.as_deref();
        Self {
            clock: Clock::new(aws),
            reviewers: reviewers.map(|name| Reviewers::new(aws, &bucket, name)),
            bucket,
            config,
            aws: aws.clone(),
        }
    }

    /// Those of this name, where they are or were this stack's.
    pub fn asked(&self, name: &str) -> Option<Reviewers> {
        let ours = self.reviewers.as_ref()?.is(name);
        ours.then(|| Reviewers::new(&self.aws, &self.bucket, name))
    }
}
