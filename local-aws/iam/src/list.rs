//! Members of a policy that are one value or several.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A text or an object where a list of them may stand.
pub fn one_or_many<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let items = match Value::deserialize(deserializer)? {
        Value::Array(many) => many,
        one => vec![one],
    };
    let items = items.into_iter().map(T::deserialize);
    items.collect::<Result<_, _>>().map_err(D::Error::custom)
}
