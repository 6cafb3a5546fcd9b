//! Names of rows that wait for a moment: they sort as the moments do, so that a look reads only the first.

use time::OffsetDateTime;

/// Twenty digits hold the nanoseconds since 1970 until the year 5138.
const DIGITS: usize = 20;

/// `rest` tells rows of one moment apart.
pub fn name(due_at: OffsetDateTime, rest: &str) -> String {
    let nanoseconds = due_at.unix_timestamp_nanos().max(0);
    format!("{nanoseconds:0DIGITS$}-{rest}")
}

/// The moment of a name and its rest; `None` for a name of another kind.
pub fn read(name: &str) -> Option<(OffsetDateTime, &str)> {
    let (nanoseconds, rest) = name.split_once('-')?;
    let due_at = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds.parse().ok()?);
    Some((due_at.ok()?, rest))
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime};

    use super::{name, read};

    #[test]
    fn names_sort_as_their_moments_do_and_tell_them() {
        let early = OffsetDateTime::UNIX_EPOCH + Duration::seconds(9);
        let late = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        assert!(name(early, "z-z") < name(late, "a"));
        assert!(name(late, "1") < name(late, "2"));
        assert_eq!(read(&name(early, "z-z")), Some((early, "z-z")));
        assert_eq!(read("a-b"), None);
    }
}
