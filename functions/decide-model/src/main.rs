//! Lambda function: the pages on which people decide about a model version.

use decide_model::{Config, Deps, router};

#[tokio::main]
async fn main() -> Result<(), lambda_main::Error> {
    let config = Config::from_env()?;
    let deps = Deps::new(&lambda_main::start().await, config);
    lambda_http::run(router(deps))
        .await
        .map_err(|error| lambda_main::Error::msg(error.to_string()))
}
