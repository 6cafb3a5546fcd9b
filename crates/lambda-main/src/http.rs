//! The HTTP client of all the SDK's clients.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::config_bag::ConfigBag;

/// Reads the machine's certificates once. The SDK's own client does so whenever a service's client is
/// made, and throws the result away: it only wants it done before the first event. Reading them takes
/// longer than all else that a function does before its first event.
pub fn client() -> SharedHttpClient {
    let hyper = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    SharedHttpClient::new(ReadyOnce {
        hyper,
        ready: AtomicBool::new(false),
    })
}

#[derive(Debug)]
struct ReadyOnce {
    hyper: SharedHttpClient,
    ready: AtomicBool,
}

impl HttpClient for ReadyOnce {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.hyper.http_connector(settings, components)
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        if self.ready.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        self.hyper.validate_base_client_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.hyper.connector_metadata()
    }
}
