//! The HTTP client of all the SDK's clients.

use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// Reads the machine's certificates with the first connection that needs them. The SDK's own client reads
/// them whenever a service's client is made and throws them away, which takes longer than all else that a
/// function does before its first event.
pub fn client() -> SharedHttpClient {
    let hyper = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    SharedHttpClient::new(OnDemand { hyper })
}

/// Passes on everything but the check of a new client's configuration, which is where the SDK's client
/// makes itself ready.
#[derive(Debug)]
struct OnDemand {
    hyper: SharedHttpClient,
}

impl HttpClient for OnDemand {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.hyper.http_connector(settings, components)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.hyper.connector_metadata()
    }
}
