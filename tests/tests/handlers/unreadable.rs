//! A connector over the cloud's: objects can be asked for, and reading an upload's content fails.

use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use contracts::keys;

#[derive(Clone, Debug)]
pub struct UnreadableUploads<C>(pub C);

impl<C: HttpConnector> HttpConnector for UnreadableUploads<C> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_upload = request.method() == "GET" && request.uri().contains(keys::INCOMING);
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut response = answer.await?;
            if is_upload {
                *response.body_mut() = SdkBody::taken();
            }
            Ok(response)
        })
    }
}
