use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use local_aws::LocalAws;
use serde_json::json;

use crate::arguments::Up;
use crate::local::{self, Local, REVIEWERS};
use crate::output::Output;
use crate::programs::{self, Project};
use crate::progress::Progress;
use crate::state::{self, Running};
use crate::training_log;

/// Serves until Ctrl-C or SIGTERM; the state stays for the next start.
pub async fn up(arguments: &Up, stack: &str, output: &Output) -> anyhow::Result<()> {
    local::check_stack(stack)?;
    let progress = Progress::new(output.json);
    let project = Project::find()?;
    let programs =
        programs::ready(&project, arguments.programs.bin_dir.as_deref(), &progress).await?;
    std::fs::create_dir_all(&arguments.state)
        .with_context(|| format!("make the folder {}", arguments.state.display()))?;
    let folder = arguments
        .state
        .canonicalize()
        .context("find the state folder")?;
    let local = Local {
        project: &project,
        programs: &programs,
        state: &folder,
        port: arguments.port,
        accept_any_credentials: arguments.accept_any_credentials,
        parameters: BTreeMap::new(),
    };
    let aws = local.start().await?;
    let running = Running {
        process_id: std::process::id(),
        endpoint_url: aws.endpoint_url.clone(),
    };
    state::write_running(&folder, &running)?;
    tell(&aws, &folder, output)?;
    tokio::select! {
        signal = stopped() => signal.context("wait for a signal")?,
        () = training_log::tell(&aws.cloud, &progress) => {}
    }
    aws.stop().await;
    Ok(())
}

fn tell(aws: &LocalAws, folder: &Path, output: &Output) -> anyhow::Result<()> {
    let (url, region) = (&aws.endpoint_url, &aws.cloud.settings.region);
    let (id, secret) = (&aws.user.access_key_id, &aws.user.secret_access_key);
    let (portal, token) = (aws.cloud.portal_url(), &aws.cloud.local_token);
    // The deployment writes one file per function there.
    let (log, environment) = (local::log_file(folder), folder.join("env"));
    let environment = environment.display();
    let result = json!({
        "ok": true,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": id,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": region,
        "portal": portal,
        "reset_token": token,
        "environment": environment.to_string(),
        "log": log,
    });
    output.result(&result, || {
        format!(
            "export AWS_ENDPOINT_URL={url}\n\
             export AWS_ACCESS_KEY_ID={id}\n\
             export AWS_SECRET_ACCESS_KEY={secret}\n\
             export AWS_REGION={region}\n\
             # worker portal   {portal} ({})\n\
             # functions' env  {environment}/FUNCTION.env, for cargo lambda watch --env-file\n\
             # empty it        curl -X POST -H 'x-local-token: {token}' {url}/_local/reset\n\
             # log             {}\n\
             # Ctrl-C stops it; the state stays in {}\n",
            REVIEWERS.join(", "),
            log.display(),
            folder.display(),
        )
    })
}

async fn stopped() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
