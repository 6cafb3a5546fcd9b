use std::process::ExitCode;

use clap::Parser;
use reviewloop::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    reviewloop::run(Arguments::parse()).await
}
