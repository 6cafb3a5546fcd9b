//! The two model versions of a comparison, and its name.

use serde::{Deserialize, Serialize};

/// A model package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub number: i32,
    pub arn: String,
    /// In seconds: in a group that was deleted and made again, another package has the same ARN.
    pub created: i64,
}

impl Version {
    /// As [`id`] takes it.
    pub fn named(&self) -> (i32, i64) {
        (self.number, self.created)
    }

    /// Whether it is the package that has this ARN and was created at this time.
    pub fn is_package(&self, arn: &str, created: i64) -> bool {
        self.arn == arn && self.created == created
    }
}

/// Of a comparison, by the two versions: with another champion it is another one.
///
/// Each is a number and the time of its registration, in seconds.
pub fn id(champion: (i32, i64), challenger: (i32, i64)) -> String {
    let of = |(number, created): (i32, i64)| format!("{number:08}-{created:x}");
    format!("{}-over-{}", of(challenger), of(champion))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_of_another_group_of_the_same_name_is_another_version() {
        let version = Version {
            number: 3,
            arn: "model-package/reviewloop/3".to_owned(),
            created: 1_764_000_000,
        };
        assert!(version.is_package("model-package/reviewloop/3", 1_764_000_000));
        assert!(!version.is_package("model-package/reviewloop/3", 1_764_000_001));
        assert!(!version.is_package("model-package/reviewloop/4", 1_764_000_000));
    }
}
