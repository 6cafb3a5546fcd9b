//! The version's figures, and the page that shows them beside those of the version before.

use anyhow::{Context, Result};
use contracts::dataset::{DatasetManifest, QuarantinedRow};
use contracts::exploration::Exploration;
use contracts::keys;
use exploration::{Explorer, Page};
use loop_state::{objects, versions};

use crate::Deps;

/// Shows the explorer what the quarantine holds of the version's parts.
pub async fn quarantine(
    deps: &Deps,
    manifest: &DatasetManifest,
    explorer: &mut Explorer,
) -> Result<()> {
    for part in manifest.parts.iter().filter(|part| part.quarantined > 0) {
        let key = keys::quarantine(&manifest.dataset, &part.id);
        let Some(found) = objects::read_bytes(&deps.bucket, &key).await? else {
            continue;
        };
        let lines = found.value.split(|byte| *byte == b'\n');
        for line in lines.filter(|line| !line.is_empty()) {
            let row: QuarantinedRow =
                serde_json::from_slice(line).with_context(|| format!("understand {key}"))?;
            explorer.quarantined(&row);
        }
    }
    Ok(())
}

/// The page and each of its pictures; the figures are written last, by the caller.
pub async fn write(deps: &Deps, exploration: &Exploration) -> Result<()> {
    let before = before(deps, exploration).await?;
    let Page { html, pictures } = exploration::page(exploration, before.as_ref());
    let page = ("index.html".to_owned(), "text/html", html);
    let pictures = pictures.into_iter();
    let pictures = pictures.map(|it| (format!("{}.svg", it.name), "image/svg+xml", it.svg));
    for (file, kind, content) in std::iter::once(page).chain(pictures) {
        let key = keys::exploration_file(&exploration.dataset, exploration.number, &file);
        objects::write(&deps.bucket, &key, kind, content.into_bytes()).await?;
    }
    Ok(())
}

/// The figures of the newest version before this one that has other rows and is explored.
async fn before(deps: &Deps, exploration: &Exploration) -> Result<Option<Exploration>> {
    let numbers = versions::numbers(&deps.bucket, &exploration.dataset).await?;
    for number in numbers
        .into_iter()
        .filter(|number| *number < exploration.number)
    {
        let key = keys::exploration(&exploration.dataset, number);
        let found = objects::read::<Exploration>(&deps.bucket, &key).await?;
        if let Some(found) = found.filter(|found| found.value.id != exploration.id) {
            return Ok(Some(found.value));
        }
    }
    Ok(None)
}
