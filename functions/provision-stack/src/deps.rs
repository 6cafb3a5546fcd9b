//! The clients that the handler works with, built once.

use aws_types::SdkConfig;
use loop_state::Clock;

use crate::Config;

pub struct Deps {
    pub config: Config,
    pub clock: Clock,
    /// Where the SDK finds AWS, if not at AWS's own addresses: answers may go there, too.
    pub endpoint_url: Option<String>,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub a2i: aws_sdk_sagemakera2iruntime::Client,
    pub cognito: aws_sdk_cognitoidentityprovider::Client,
}

impl Deps {
    pub fn new(aws: &SdkConfig, config: Config) -> Self {
        Self {
            config,
            clock: Clock::new(aws),
            endpoint_url: aws.endpoint_url().map(str::to_owned),
            sagemaker: aws_sdk_sagemaker::Client::new(aws),
            a2i: aws_sdk_sagemakera2iruntime::Client::new(aws),
            cognito: aws_sdk_cognitoidentityprovider::Client::new(aws),
        }
    }
}
