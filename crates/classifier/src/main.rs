//! The container's entry point; see the library's documentation.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use classifier::container::Container;
use classifier::train;

#[derive(Parser)]
#[command(about = "Text classification under SageMaker's container contract")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Training: channels `train`, `validation` and perhaps `pretrained` to a model folder.
    Train,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_ansi(false).with_target(false).init();
    let container = Container::from_env();
    let outcome = match Arguments::parse().command {
        Command::Train => train::run(&container),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
