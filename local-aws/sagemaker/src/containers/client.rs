//! HTTP to the containers on this machine.

use std::sync::LazyLock;

/// The client for containers on this machine. Proxies are for other machines.
pub fn http() -> &'static reqwest::Client {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
        reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client without TLS needs nothing from the system")
    });
    &CLIENT
}
