//! `SymlinkTextInputFormat`: a table's objects list the URIs of the objects with its rows.

use crate::error::{AthenaError, Result};
use crate::storage::{Storage, Uri};

pub fn is_symlink(input_format: &str) -> bool {
    input_format.ends_with("SymlinkTextInputFormat")
}

pub async fn targets(storage: &Storage, links: &[Uri]) -> Result<Vec<Uri>> {
    let mut targets = Vec::new();
    for link in links {
        let text = storage.read(link).await?;
        let text = std::str::from_utf8(&text)
            .map_err(|_| AthenaError::user(format!("HIVE_BAD_DATA: {link} is not text")))?;
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            targets.push(Uri::parse(line)?);
        }
    }
    Ok(targets)
}
