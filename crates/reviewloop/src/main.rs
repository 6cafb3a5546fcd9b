use clap::Parser;
use reviewloop::Arguments;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    reviewloop::run(Arguments::parse()).await
}
