//! A demo from its arguments to its report.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;

use super::data;
use super::done::Done;
use super::stage::Stage;
use super::turns::take_turns;
use super::{page, parameters, result, summary, woken};
use crate::arguments::Demo;
use crate::local::{self, Local};
use crate::output::Output;
use crate::programs::{self, Project};
use crate::progress::Progress;
use crate::state;

pub async fn demo(arguments: &Demo, stack: &str, output: &Output) -> anyhow::Result<()> {
    local::check_stack(stack)?;
    let progress = Progress::new(output.json);
    let project = Project::find()?;
    // Before the build: a file or a parameter that cannot be used is told at once.
    let data = data::read(arguments)?;
    let parameters = parameters::of(arguments, &data.recipe)?;
    local::check_parameters(&project, &parameters)?;
    data.show(&parameters, &progress);
    let folder = state::for_demo(arguments.state.as_deref())?;
    let bin_dir = arguments.programs.bin_dir.as_deref();
    let programs = programs::ready(&project, bin_dir, &folder, &progress).await?;

    let started = Instant::now();
    let local = Local {
        project: &project,
        programs: &programs,
        state: &folder,
        port: arguments.port,
        accept_any_credentials: false,
        iam: local_aws::Iam::Enforce,
        unordered_delivery: None,
        stop_after_commit: None,
        parameters,
    };
    let aws = local.start().await?;
    let stage = Stage {
        account: local::account(&aws, stack).await?,
        aws: &aws,
        progress: &progress,
        reviewers: arguments.reviewers,
    };
    let woken = woken::show(&aws, stack, &progress);
    let mut done = Done::nothing_yet(&data, &local.parameters, stack, &folder);
    let pretrained = arguments.pretrained.as_deref();
    let ended = take_turns(&stage, pretrained, data, &mut done).await;
    woken.finish().await;
    aws.stop().await;

    done.seconds = started.elapsed().as_secs_f64();
    finish(&mut done, ended, &local::log_file(&folder))?;
    output.result(&result::result(&done), || summary::text(&done))
}

/// Writes the report of the turns that were completed, also where the demo failed after them.
fn finish(done: &mut Done, ended: anyhow::Result<()>, log: &Path) -> anyhow::Result<()> {
    let write = |done: &Done| {
        let page = report::render(&page::report(done));
        std::fs::write(&done.report, page).context("write the report")
    };
    let Err(error) = ended else {
        return write(done);
    };
    let log = log.display();
    if done.turns.is_empty() {
        return Err(error.context(format!("the demo ended early; the log is {log}")));
    }
    done.ended_early = Some(format!("{error:#}"));
    let turns = match done.turns.len() {
        1 => "turn 1".to_owned(),
        count => format!("turns 1 to {count}"),
    };
    let report = done.report.display();
    let sentence =
        format!("the demo ended early; the log is {log}, the report of {turns} is {report}");
    write(done)?;
    Err(error.context(sentence))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_demo_that_fails_in_its_second_turn_leaves_the_report_of_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = folder.path().join("log");
        let mut done = fixture::done();
        done.report = folder.path().join("report.html");
        let error = finish(&mut done, Err(anyhow::anyhow!("the run hung")), &log);
        let error = format!("{:#}", error.expect_err("it failed"));
        let report = done.report.display();
        assert!(
            error.ends_with(&format!("the report of turn 1 is {report}: the run hung")),
            "{error}"
        );
        let page = std::fs::read_to_string(&done.report).expect("written");
        assert!(page.contains("The loop turned once: the run hung."));

        done.turns.clear();
        std::fs::remove_file(&done.report).expect("removed");
        let error = finish(&mut done, Err(anyhow::anyhow!("no rows")), &log);
        assert!(error.is_err() && !done.report.exists());
    }
}
