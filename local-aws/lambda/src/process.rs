//! A sandbox: one process of a function's binary, in Lambda's environment.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use rustix::io::Errno;

use super::channel::{Channel, Channels};
use super::function::{Deployed, Function};
use local_core::Cloud;
use local_core::programs::{Input, Running, Start};

/// What a sandbox was started from; another configuration or a new build needs a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fingerprint {
    pub revision_id: String,
    pub binary: PathBuf,
    pub built: Option<SystemTime>,
}

impl Fingerprint {
    pub fn of(cloud: &Cloud, deployed: &Deployed) -> Self {
        let folder = cloud.settings.functions_dir.clone().unwrap_or_default();
        let binary = folder.join(&deployed.function.package);
        Self {
            revision_id: deployed.revision_id.clone(),
            built: cloud.world.programs.built(&binary),
            binary,
        }
    }
}

/// Ends with its handle.
pub(super) struct Sandbox {
    pub fingerprint: Fingerprint,
    pub channel: Arc<Channel>,
    pub process: Box<dyn Running>,
    channels: Arc<Channels>,
}

impl Sandbox {
    pub fn start(
        cloud: &Cloud,
        deployed: &Deployed,
        fingerprint: Fingerprint,
    ) -> std::io::Result<Self> {
        let channel = Arc::new(Channel::new(cloud.world.dice("lambda/runtime-api").hex(32)));
        let environment = environment(cloud, deployed, &channel.id).into_iter();
        let start = Start {
            program: fingerprint.binary.clone(),
            arguments: Vec::new(),
            folder: None,
            environment: environment
                .map(|(name, value)| (name, value.into()))
                .collect(),
            log: log_path(cloud, &deployed.function.name),
            input: Input::Nothing,
        };
        let channels = cloud.memory::<Channels>();
        channels.register(&channel);
        let process = cloud
            .world
            .programs
            .start(start)
            .inspect_err(|_| channels.unregister(&channel))?;
        Ok(Self {
            fingerprint,
            channel,
            process,
            channels,
        })
    }

    pub fn is_alive(&mut self) -> bool {
        !self.process.has_ended()
    }
}

impl Drop for Sandbox {
    /// The process itself dies with its handle.
    fn drop(&mut self) {
        self.channels.unregister(&self.channel);
    }
}

/// Why a sandbox did not start: the machine is short of something, or the binary is no program.
pub(super) fn start_error_type(error: &std::io::Error) -> &'static str {
    let short = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::AGAIN];
    if Errno::from_io_error(error).is_some_and(|errno| short.contains(&errno)) {
        "Sandbox.OutOfResources"
    } else {
        "Runtime.InvalidEntrypoint"
    }
}

/// What Lambda sets, then the template's variables. Nothing of ours leaks in: a function must not
/// work here because of what a developer's shell happens to export. There is no `AWS_SESSION_TOKEN`,
/// which nothing here would verify, and no `AWS_EXECUTION_ENV`, which Lambda leaves out for the
/// `provided` runtimes.
fn environment(cloud: &Cloud, deployed: &Deployed, sandbox: &str) -> Vec<(String, String)> {
    let function = &deployed.function;
    let mut variables = client_environment(cloud, function);
    let endpoint = cloud.endpoint_url();
    let folder = cloud.settings.functions_dir.clone().unwrap_or_default();
    let own = [
        (
            "AWS_LAMBDA_RUNTIME_API",
            format!("{endpoint}/_runtime/{sandbox}"),
        ),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            function.memory_mb.to_string(),
        ),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        (
            "AWS_LAMBDA_LOG_GROUP_NAME",
            format!("/aws/lambda/{}", function.name),
        ),
        ("AWS_LAMBDA_LOG_STREAM_NAME", sandbox.to_owned()),
        ("LAMBDA_TASK_ROOT", folder.to_string_lossy().into_owned()),
        ("_HANDLER", function.handler.clone()),
        ("TZ", ":UTC".to_owned()),
    ];
    variables.extend(own.map(|(name, value)| (name.to_owned(), value)));
    // Where programs and their temporary files lie is the machine's business.
    for name in ["PATH", "TMPDIR", "LD_LIBRARY_PATH", "RUST_BACKTRACE"] {
        variables.extend(
            std::env::var(name)
                .ok()
                .map(|value| (name.to_owned(), value)),
        );
    }
    variables
}

/// What a function needs to reach this cloud: also the env file for `cargo lambda watch`.
pub fn client_environment(cloud: &Cloud, function: &Function) -> Vec<(String, String)> {
    let credentials = cloud.credentials_for(&function.principal());
    let mut variables = vec![
        (
            "AWS_ENDPOINT_URL".to_owned(),
            cloud.endpoint_url().to_owned(),
        ),
        ("AWS_REGION".to_owned(), function.region.clone()),
        ("AWS_DEFAULT_REGION".to_owned(), function.region.clone()),
        ("AWS_ACCESS_KEY_ID".to_owned(), credentials.access_key_id),
        (
            "AWS_SECRET_ACCESS_KEY".to_owned(),
            credentials.secret_access_key,
        ),
        (
            "RUST_LOG".to_owned(),
            std::env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned()),
        ),
    ];
    let template = function.environment.iter();
    variables.extend(template.map(|(name, value)| (name.clone(), value.clone())));
    variables
}

pub(super) fn log_path(cloud: &Cloud, function: &str) -> PathBuf {
    cloud
        .store
        .folder()
        .join("logs")
        .join(format!("{function}.log"))
}

pub(super) fn open_log(cloud: &Cloud, function: &str) -> std::io::Result<File> {
    let path = log_path(cloud, function);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use rustix::io::Errno;

    use super::start_error_type;

    #[test]
    fn too_many_open_files_are_told_from_a_binary_that_is_missing() {
        let of = |errno: Errno| start_error_type(&Error::from_raw_os_error(errno.raw_os_error()));
        assert_eq!(of(Errno::MFILE), "Sandbox.OutOfResources");
        assert_eq!(of(Errno::NOENT), "Runtime.InvalidEntrypoint");
        assert_eq!(of(Errno::NOEXEC), "Runtime.InvalidEntrypoint");
    }
}
