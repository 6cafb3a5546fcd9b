//! One env file per function, for `cargo lambda watch --env-file`.

use std::fmt::Write as _;

use anyhow::Context as _;

use local_core::Cloud;
use local_lambda as lambda;

/// `<state>/env/<package>.env` of each function there is, readable for its owner only: it holds the function's secret key.
pub(super) fn write_all(cloud: &Cloud) -> anyhow::Result<()> {
    let folder = cloud.store.folder().join("env");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).with_context(|| format!("create {}", folder.display()))?;
    for function in cloud
        .store
        .read(|tx| lambda::functions(tx, &cloud.settings.region))
    {
        let mut text = String::new();
        for (name, value) in lambda::client_environment(cloud, &function) {
            // Quoted: values hold spaces and commas.
            let _ = writeln!(
                text,
                "{name}=\"{}\"",
                value.replace('\\', "\\\\").replace('"', "\\\"")
            );
        }
        let path = folder.join(format!("{}.env", function.package));
        std::fs::write(&path, text)
            .and_then(|()| private(&path))
            .with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(unix)]
fn private(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn private(_path: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}
