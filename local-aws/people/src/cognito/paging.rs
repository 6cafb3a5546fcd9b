//! Pages of lists that are in the order of their names.

use data_encoding::BASE64URL_NOPAD;

use super::errors::invalid;
use local_core::wire::AwsError;

/// Cognito's largest page, and its default.
const PAGE: usize = 60;

/// The page after `token`'s name, and the token of the next.
pub fn page<T>(
    mut all: Vec<(String, T)>,
    limit: Option<usize>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    if let Some(token) = token {
        let after = BASE64URL_NOPAD
            .decode(token.as_bytes())
            .map_err(|_| invalid("Invalid pagination token."))?;
        all.retain(|(name, _)| name.as_bytes() > after.as_slice());
    }
    let size = limit.unwrap_or(PAGE).min(PAGE);
    if size == 0 && !all.is_empty() {
        return Ok((Vec::new(), None));
    }
    let next = (all.len() > size).then(|| BASE64URL_NOPAD.encode(all[size - 1].0.as_bytes()));
    all.truncate(size);
    Ok((all.into_iter().map(|(_, item)| item).collect(), next))
}
