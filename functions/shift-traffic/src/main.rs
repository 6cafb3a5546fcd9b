//! Lambda function: compares a challenger with the champion, and promotes it or takes it back.

use shift_traffic::{Config, Deps, handle};

#[tokio::main]
async fn main() -> Result<(), lambda_main::Error> {
    let config = Config::from_env()?;
    let deps = Deps::new(&lambda_main::start().await, config);
    lambda_main::run(async |event| handle(&deps, event).await).await
}
