//! Lambda function: chooses texts of an unlabelled file, and asks people about them.

use request_labels::{Config, Deps, handle};

#[tokio::main]
async fn main() -> Result<(), lambda_main::Error> {
    let config = Config::from_env()?;
    let deps = Deps::new(&lambda_main::start().await, config);
    lambda_main::run(async |event| handle(&deps, event).await).await
}
