//! The clients that the pages work with, built once.

use std::time::Duration;

use accounts::Accounts;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use loop_state::{Bucket, Clock};

use crate::Config;
use crate::ends::Ends;

/// Of one call, retries included: what hangs is told on a page that keeps the answer, before Lambda ends the function.
const PATIENCE: Duration = Duration::from_secs(8);

pub struct Deps {
    pub clock: Clock,
    pub(crate) bucket: Bucket,
    pub(crate) accounts: Accounts,
    pub(crate) ends: Ends,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let timeouts = TimeoutConfig::builder().operation_timeout(PATIENCE);
        let aws = &aws.to_builder().timeout_config(timeouts.build()).build();
        let bucket = Bucket::new(aws, &config.bucket);
        Self {
            clock: Clock::new(aws),
            ends: Ends::new(aws, &bucket),
            bucket,
            accounts: Accounts::new(aws, config.members),
        }
    }
}
