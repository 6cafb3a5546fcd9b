//! From an image and its arguments to a command on this machine.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use local_core::{Cloud, Principal};

/// The program that stands for an image, by the settings' table.
///
/// The table's key is the image's name: `reviewloop-classifier` for
/// `123456789012.dkr.ecr.us-east-1.amazonaws.com/reviewloop-classifier:tag`.
pub fn program<'a>(cloud: &'a Cloud, image_uri: &str) -> Result<&'a Path, String> {
    cloud
        .settings
        .images
        .get(image_name(image_uri))
        .map(PathBuf::as_path)
        .ok_or_else(|| {
            format!("ClientError: Cannot pull the container image '{image_uri}': no program is named for it")
        })
}

/// `entrypoint` replaces the image's own program. Only that program is on this machine, so a given
/// entry point must name it, as `["classifier", "prepare"]` does.
pub fn arguments(
    program: &Path,
    entrypoint: &[String],
    arguments: &[String],
) -> Result<Vec<String>, String> {
    let mut all = entrypoint.to_vec();
    if let Some(first) = entrypoint.first() {
        if Path::new(first).file_name() != program.file_name() {
            return Err(format!(
                "ClientError: the image has no program '{first}', only {:?}",
                program.file_name().unwrap_or_default()
            ));
        }
        all.remove(0);
    }
    all.extend_from_slice(arguments);
    Ok(all)
}

/// A command in a process group of its own, with a container's environment and nothing of ours
/// but the paths that programs are found and homes are kept by.
pub fn command(cloud: &Cloud, program: &Path, folder: &Path, region: &str, job: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().process_group(0).current_dir(folder);
    for name in ["PATH", "HOME", "TMPDIR", "LANG"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let credentials = cloud.credentials_for(&Principal::job(job));
    command
        .env(BASE_DIR, folder)
        .env("AWS_REGION", region)
        .env("AWS_DEFAULT_REGION", region)
        .env("AWS_ENDPOINT_URL", cloud.endpoint_url())
        .env("AWS_ACCESS_KEY_ID", credentials.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key);
    command
}

/// What AWS's own toolkits read in place of `/opt/ml`; also how a process of ours is known again.
pub const BASE_DIR: &str = "SAGEMAKER_BASE_DIR";

fn image_name(image_uri: &str) -> &str {
    let last = image_uri.rsplit('/').next().unwrap_or(image_uri);
    last.split([':', '@']).next().unwrap_or(last)
}
