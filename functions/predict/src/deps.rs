//! The clients that the handler works with, built once.

use aws_types::SdkConfig;
use contracts::keys;
use inference::Endpoint;
use loop_state::{Bucket, Clock, Kept, Reviewers};
use rollout::Rollout;

use crate::Config;

pub struct Deps {
    pub config: Config,
    pub clock: Clock,
    pub bucket: Bucket,
    pub endpoint: Endpoint,
    /// Read at each request of a caller, and it holds all looks.
    pub rollout: Kept<Rollout>,
    pub reviewers: Option<Reviewers>,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let bucket = Bucket::new(aws, &config.bucket);
        let reviewers = config.reviewers.as_deref();
        Self {
            clock: Clock::new(aws),
            reviewers: reviewers.map(|name| Reviewers::new(aws, &bucket, name)),
            bucket,
            rollout: Kept::new(keys::ROLLOUT),
            endpoint: Endpoint {
                runtime: aws_sdk_sagemakerruntime::Client::new(aws),
                name: config.endpoint_name.clone(),
                columns: config.text_columns.clone(),
            },
            config,
        }
    }
}
