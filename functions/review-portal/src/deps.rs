//! The clients that the pages work with, built once.

use aws_types::SdkConfig;
use loop_state::{Bucket, Clock};

use crate::Config;
use crate::accounts::Accounts;
use crate::ends::Ends;

pub struct Deps {
    pub clock: Clock,
    pub(crate) bucket: Bucket,
    pub(crate) accounts: Accounts,
    pub(crate) ends: Ends,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        let bucket = Bucket::new(aws, &config.bucket);
        Self {
            clock: Clock::new(aws),
            ends: Ends::new(aws, &bucket),
            bucket,
            accounts: Accounts::new(aws, config),
        }
    }
}
