//! Lambda function: judges what a search has found.

use watch_tuning::{Config, Deps, handle};

#[tokio::main]
async fn main() -> Result<(), lambda_main::Error> {
    let config = Config::from_env()?;
    let deps = Deps::new(&lambda_main::start().await, config);
    lambda_main::run(async |event| handle(&deps, event).await).await
}
