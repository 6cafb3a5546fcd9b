//! From an image, its arguments and its environment to a program on this machine.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use local_core::programs::{Input, Start};
use local_core::wire::AwsError;
use local_core::{Cloud, Principal};

/// The variable that AWS's own toolkits read in place of `/opt/ml`; a process of ours is known again
/// by it.
pub const BASE_DIR: &str = "SAGEMAKER_BASE_DIR";

/// Where a serving container listens, for AWS's own toolkits, too.
pub const PORT: &str = "SAGEMAKER_BIND_TO_PORT";

/// The only name by which a serving program is asked. Its port is on a developer's machine, where a web page
/// whose name leads to this address can ask, too: a program that knows the variable refuses other names.
pub const HOST: &str = "ALLOWED_HOST";

/// Variables that a request may not set: those that local-aws sets itself, and those by which
/// a loader, the C library, a shell or an interpreter takes code or files from elsewhere. In a
/// container they are the caller's own business; here the program runs as this machine's user.
const RESERVED: [&str; 35] = [
    BASE_DIR,
    PORT,
    HOST,
    "TRAINING_JOB_NAME",
    "TRAINING_JOB_ARN",
    "PROCESSING_JOB_ARN",
    "PATH",
    "HOME",
    "TMPDIR",
    "GCONV_PATH",
    "GETCONF_DIR",
    "GLIBC_TUNABLES",
    "HOSTALIASES",
    "LOCALDOMAIN",
    "LOCPATH",
    "NIS_PATH",
    "NLSPATH",
    "RESOLV_HOST_CONF",
    "RES_OPTIONS",
    "TZDIR",
    "OPENSSL_CONF",
    "BASH_ENV",
    "ENV",
    "IFS",
    "PS4",
    "SHELLOPTS",
    "PYTHONHOME",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PERL5LIB",
    "PERL5OPT",
    "RUBYLIB",
    "RUBYOPT",
    "NODE_OPTIONS",
    "JAVA_TOOL_OPTIONS",
];

const RESERVED_PREFIXES: [&str; 4] = ["AWS_", "DYLD_", "LD_", "MALLOC_"];

/// One start of an image's program, under the container contract.
pub struct Launch<'a> {
    pub program: &'a Path,
    pub arguments: Vec<String>,
    /// In place of `/opt/ml`.
    pub folder: &'a Path,
    pub region: &'a str,
    /// The session of the job's or the endpoint's role, whose key the program gets.
    pub principal: &'a Principal,
    /// As the request gave it.
    pub environment: &'a BTreeMap<String, String>,
    /// Variables that SageMaker itself sets, besides the folder and the credentials.
    pub own_variables: Vec<(&'static str, String)>,
    pub log: PathBuf,
}

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

/// The arguments of a call. Without an entry point and arguments SageMaker calls the image's own program
/// with its `own` ones, such as `train`. An entry point replaces the image's program: only that program is on this
/// machine, so the entry point must name it, as `["classifier", "prepare"]` does.
pub fn arguments(
    program: &Path,
    entrypoint: &[String],
    arguments: &[String],
    own: &[&str],
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
    } else if arguments.is_empty() {
        all.extend(own.iter().map(|&argument| argument.to_owned()));
    }
    all.extend_from_slice(arguments);
    Ok(all)
}

/// Refuses an environment that sets a reserved variable.
pub fn check_environment(environment: &BTreeMap<String, String>) -> Result<(), AwsError> {
    match environment.keys().find(|name| is_reserved(name)) {
        None => Ok(()),
        Some(name) => Err(AwsError::unsupported(format!(
            "local-aws does not honour the variable {name} of Environment: it is reserved, since \
             the program runs without a container"
        ))),
    }
}

/// A container's environment, and nothing of ours but the paths that programs are found and homes are
/// kept by. Our variables are set last.
pub fn start(cloud: &Cloud, launch: Launch) -> Start {
    let of_machine = |name: &str| Some((name.to_owned(), std::env::var_os(name)?));
    let text = |(name, value): (&str, String)| (name.to_owned(), OsString::from(value));
    let credentials = cloud.credentials_for(launch.principal);
    let given = launch.environment.iter();
    let given = given.filter(|(name, _)| !is_reserved(name));
    let region = launch.region.to_owned();
    let ours = [
        ("AWS_REGION", region.clone()),
        ("AWS_DEFAULT_REGION", region),
        ("AWS_ENDPOINT_URL", cloud.endpoint_url().to_owned()),
        ("AWS_ACCESS_KEY_ID", credentials.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key),
    ];
    let environment = of_machine("LANG")
        .into_iter()
        .chain(given.map(|(name, value)| text((name, value.clone()))))
        .chain(
            ["PATH", "HOME", "TMPDIR"]
                .into_iter()
                .filter_map(of_machine),
        )
        .chain(launch.own_variables.into_iter().map(text))
        .chain([(BASE_DIR.to_owned(), launch.folder.into())])
        .chain(ours.map(text));
    Start {
        program: launch.program.to_owned(),
        arguments: launch.arguments,
        folder: Some(launch.folder.to_owned()),
        environment: environment.collect(),
        log: launch.log,
        input: Input::Nothing,
    }
}

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
        || RESERVED_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

fn image_name(image_uri: &str) -> &str {
    let last = image_uri.rsplit('/').next().unwrap_or(image_uri);
    last.split([':', '@']).next().unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use local_core::Settings;

    #[test]
    fn what_is_ours_is_set_last_and_reserved_variables_do_not_pass() {
        let folder = tempfile::tempdir().unwrap();
        let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
        let given = |name: &str| (name.to_owned(), "theirs".to_owned());
        let names = [BASE_DIR, PORT, "AWS_ENDPOINT_URL", "LD_PRELOAD", "GATE"];
        let start = start(
            &cloud,
            Launch {
                program: Path::new("/bin/true"),
                arguments: Vec::new(),
                folder: folder.path(),
                region: "us-east-1",
                principal: &Principal::user(),
                environment: &names.map(given).into(),
                own_variables: vec![(PORT, "8080".to_owned())],
                log: folder.path().join("log"),
            },
        );
        let value = |name: &str| Some(start.environment.get(name)?.to_str().unwrap());
        assert_eq!(value(BASE_DIR), folder.path().to_str());
        assert_eq!(value(PORT), Some("8080"));
        assert_eq!(value("AWS_ENDPOINT_URL"), Some("http://127.0.0.1"));
        assert_eq!(value("LD_PRELOAD"), None);
        assert_eq!(value("GATE"), Some("theirs"));
    }
}
