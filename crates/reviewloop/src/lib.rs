//! The command line: `demo` runs the whole loop on this machine, `up` runs the local AWS emulator, and the
//! other commands use a stack wherever the SDK's settings say it is.
//!
//! Results go to stdout, everything else to stderr. An honest end is exit status 0, also where
//! the gate rejects; what failed is one sentence and exit status 1.

mod account;
mod arguments;
mod aws_cli;
mod commands;
mod demo;
mod evidence;
#[cfg(test)]
mod fixture;
mod follow;
mod holdout;
mod lineage;
mod local;
mod log_place;
mod notifications;
mod numbers;
mod output;
mod page;
mod programs;
mod progress;
mod registration;
mod sample;
mod sentence;
mod stack;
mod state;
mod status;
mod table;
mod training_log;
mod wait;
mod workers;

use std::process::ExitCode;

pub use arguments::Arguments;
use arguments::Command;
use output::Output;

/// Runs one command to its end.
pub async fn run(arguments: Arguments) -> ExitCode {
    let output = Output {
        json: arguments.json,
    };
    match dispatch(&arguments, &output).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if output.json {
                println!("{}", output::failure(&error));
            }
            eprintln!("reviewloop: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(arguments: &Arguments, output: &Output) -> anyhow::Result<()> {
    let stack = &arguments.stack;
    match &arguments.command {
        Command::Demo(arguments) => return demo::demo(arguments, stack, output).await,
        Command::Up(arguments) => return commands::up(arguments, stack, output).await,
        Command::Down(arguments) => return commands::down(arguments, stack, output).await,
        Command::Sample(arguments) => return commands::sample(&arguments.file, output),
        _ => {}
    }
    let account = account::from_environment(stack).await?;
    match &arguments.command {
        Command::Upload(arguments) => commands::upload(&account, arguments, output).await,
        Command::Status(arguments) => commands::status(&account, arguments, output).await,
        Command::Watch(arguments) => commands::watch(&account, arguments, output).await,
        Command::Predict(arguments) => commands::predict(&account, arguments, output).await,
        Command::Feedback(arguments) => commands::feedback(&account, arguments, output).await,
        Command::Approve(arguments) => commands::approve(&account, arguments, output).await,
        Command::Reject(arguments) => commands::reject(&account, arguments, output).await,
        Command::Report(arguments) => commands::report(&account, arguments, output).await,
        Command::Reviewers(arguments) => commands::reviewers(&account, arguments, output).await,
        Command::Labels(arguments) => commands::labels(&account, arguments, output).await,
        Command::Model(model) => commands::model(&account, model.version, output).await,
        Command::Explore(explore) => commands::explore(&account, explore, output).await,
        Command::Constraints(arguments) => commands::constraints(&account, arguments, output).await,
        Command::Features(arguments) => commands::features(&account, arguments, output).await,
        Command::Sql(sql) => commands::sql(&account, sql, output).await,
        Command::Artifacts(artifacts) => {
            commands::artifacts(&account, artifacts.version, output).await
        }
        Command::Release(arguments) => commands::release(&account, arguments, output).await,
        Command::Rollback(arguments) => commands::rollback(&account, arguments, output).await,
        Command::Pin(arguments) => commands::pin(&account, arguments, output).await,
        Command::Unpin(arguments) => commands::unpin(&account, arguments, output).await,
        Command::Stop(arguments) => commands::stop(&account, arguments, output).await,
        Command::Discard(arguments) => commands::discard(&account, arguments, output).await,
        Command::Redrive(arguments) => commands::redrive(&account, arguments, output).await,
        Command::Doctor => commands::doctor(&account, output).await,
        Command::Logs(arguments) => commands::logs(&account, arguments).await,
        Command::Automl(arguments) => commands::automl(&account, arguments, output).await,
        Command::Tune(arguments) => commands::tune(&account, arguments, output).await,
        Command::Start(arguments) => commands::start(&account, arguments, output).await,
        Command::Demo(_) | Command::Up(_) | Command::Down(_) | Command::Sample(_) => {
            unreachable!("dispatched above")
        }
    }
}
