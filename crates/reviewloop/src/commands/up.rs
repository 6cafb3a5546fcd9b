use std::path::Path;

use anyhow::Context;
use local_aws::LocalAws;
use policy::shell::word;
use serde_json::{Value, json};

use crate::arguments::Up;
use crate::local::{self, Local};
use crate::notifications;
use crate::output::Output;
use crate::programs::{self, Project};
use crate::progress::Progress;
use crate::state::{self, Running};
use crate::training_log;
use crate::workers::{self, Invitation};

/// Serves until Ctrl-C or SIGTERM; the state stays for the next start.
pub async fn up(arguments: &Up, stack: &str, output: &Output) -> anyhow::Result<()> {
    local::check_stack(stack)?;
    let progress = Progress::new(output.json);
    let project = Project::find()?;
    // Before the build: a folder that cannot be used is told at once.
    let folder = state::prepare(&state::folder(arguments.state.as_deref()))?;
    let bin_dir = arguments.programs.bin_dir.as_deref();
    let programs = programs::ready(&project, bin_dir, &folder, &progress).await?;
    let local = Local {
        project: &project,
        programs: &programs,
        state: &folder,
        port: arguments.port,
        accept_any_credentials: arguments.accept_any_credentials,
        iam: arguments.iam.into(),
        unordered_delivery: arguments.unordered_delivery,
        stop_after_commit: arguments.stop_after_commit,
        parameters: arguments.parameters.iter().cloned().collect(),
    };
    let aws = local.start().await?;
    let running = Running {
        process_id: std::process::id(),
        endpoint_url: aws.endpoint_url.clone(),
    };
    state::write_running(&folder, &running)?;
    let account = local::account(&aws, stack).await?;
    let workers = workers::invite(&account, arguments.new_passwords).await?;
    let portal = local::portal_url(&aws, &account).await?;
    let decisions = account.decisions_url().await;
    Ready {
        aws: &aws,
        folder: &folder,
        workers: &workers,
        portal: &portal,
        decisions: decisions.as_deref(),
    }
    .print(output)?;
    tokio::select! {
        signal = stopped() => signal.context("wait for a signal")?,
        () = training_log::follow(&aws.cloud, &progress) => {}
        () = notifications::follow(&aws.cloud, &progress) => {}
    }
    aws.stop().await;
    Ok(())
}

/// What a person needs to use the emulator.
struct Ready<'a> {
    aws: &'a LocalAws,
    folder: &'a Path,
    workers: &'a [Invitation],
    portal: &'a str,
    /// Where model versions are approved.
    decisions: Option<&'a str>,
}

impl Ready<'_> {
    fn print(&self, output: &Output) -> anyhow::Result<()> {
        let aws = self.aws;
        let state = self.folder.display().to_string();
        let exports = self.exports(&state);
        let portal = self.portal;
        let token = aws.local_token();
        // The deployment writes one file per function there.
        let environment = self.folder.join("env").display().to_string();
        let log = local::log_file(self.folder);
        let mut result = json!({
            "ok": true,
            "portal": portal,
            "decisions": self.decisions,
            "workers": self.workers.iter().map(as_json).collect::<Vec<_>>(),
            "reset_token": token,
            "environment": environment,
            "log": log,
        });
        for (name, value) in exports {
            result[name] = value.into();
        }
        output.result(&result, || {
            let decisions = self.decisions;
            let decisions = decisions.map(|url| format!("# approve models  {url}\n"));
            let exports = exports.map(|(name, value)| format!("export {name}={}\n", word(value)));
            format!(
                "{}\
                 # worker portal   {portal}\n\
                 {}{}\
                 # functions' env  {environment}/FUNCTION.env, for cargo lambda watch --env-file\n\
                 # empty it        curl -X POST -H 'x-local-token: {token}' {}/_local/reset\n\
                 #                 (its reviewers are new then: start it again for their passwords)\n\
                 # log             {}\n\
                 # Ctrl-C stops it; the state stays in {}\n",
                exports.concat(),
                sign_in(self.workers),
                decisions.unwrap_or_default(),
                aws.endpoint_url,
                log.display(),
                self.folder.display(),
            )
        })
    }

    /// Most SDKs read `AWS_REGION`, boto3 reads `AWS_DEFAULT_REGION`.
    /// `folder` is that of the state.
    fn exports<'s>(&'s self, folder: &'s str) -> [(&'static str, &'s str); 6] {
        let (aws, user) = (self.aws, &self.aws.user);
        let region = aws.region();
        [
            ("AWS_ENDPOINT_URL", &aws.endpoint_url),
            ("AWS_ACCESS_KEY_ID", &user.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", &user.secret_access_key),
            ("AWS_REGION", region),
            ("AWS_DEFAULT_REGION", region),
            (state::VARIABLE, folder),
        ]
    }
}

fn as_json(worker: &Invitation) -> Value {
    json!({ "username": worker.name, "temporary_password": worker.temporary_password })
}

/// How each worker signs in, a line each.
fn sign_in(workers: &[Invitation]) -> String {
    let mut lines = String::new();
    for worker in workers {
        let how = match &worker.temporary_password {
            Some(password) => format!("with the temporary password {password}"),
            None => "with the password chosen there".to_owned(),
        };
        lines.push_str(&format!("# sign in there   as {} {how}\n", worker.name));
    }
    if workers
        .iter()
        .any(|worker| worker.temporary_password.is_none())
    {
        lines.push_str("# new passwords   Ctrl-C, then the same command with --new-passwords\n");
    }
    lines
}

async fn stopped() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use local_aws::Settings;

    use super::*;

    #[tokio::test]
    async fn the_region_is_exported_under_both_of_its_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings::new(folder.path().join("state"));
        let aws = LocalAws::start(settings).await.expect("it starts");
        let ready = Ready {
            aws: &aws,
            folder: folder.path(),
            workers: &[],
            portal: "http://portal",
            decisions: None,
        };
        let exports = BTreeMap::from(ready.exports("state"));
        assert_eq!(exports["AWS_REGION"], "us-east-1");
        assert_eq!(exports["AWS_DEFAULT_REGION"], "us-east-1");
        aws.stop().await;
    }

    #[test]
    fn a_chosen_password_is_not_repeated_and_the_way_to_a_new_one_is_told() {
        let invitation = |name: &str, password: Option<&str>| Invitation {
            name: name.to_owned(),
            temporary_password: password.map(str::to_owned),
        };
        let fresh = [
            invitation("ana", Some("Aa1-x")),
            invitation("ben", Some("Aa1-y")),
        ];
        assert_eq!(
            sign_in(&fresh),
            "# sign in there   as ana with the temporary password Aa1-x\n\
             # sign in there   as ben with the temporary password Aa1-y\n"
        );
        let later = [invitation("ana", None)];
        assert_eq!(
            sign_in(&later),
            "# sign in there   as ana with the password chosen there\n\
             # new passwords   Ctrl-C, then the same command with --new-passwords\n"
        );
    }
}
