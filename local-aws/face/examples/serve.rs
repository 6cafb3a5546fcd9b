//! Serves an empty cloud for trying clients by hand:
//! `cargo run -p local-aws --example serve -- STATE_DIR PORT [any]`.

use local_aws::{LocalAws, Settings};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut settings = Settings::new(arguments.next().unwrap_or_else(|| ".reviewloop".to_owned()));
    if let Some(port) = arguments.next() {
        settings.port = port.parse()?;
    }
    settings.accept_any_credentials = arguments.next().is_some();
    let aws = LocalAws::start(settings).await?;
    println!("export AWS_ENDPOINT_URL={}", aws.endpoint_url);
    println!("export AWS_ACCESS_KEY_ID={}", aws.user.access_key_id);
    println!(
        "export AWS_SECRET_ACCESS_KEY={}",
        aws.user.secret_access_key
    );
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        println!("export {name}={}", aws.cloud.settings.region);
    }
    tokio::signal::ctrl_c().await?;
    aws.stop().await;
    Ok(())
}
