//! Which version a person's rollback returns to, and which versions it takes out of service.

/// An approved model version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    pub version: i32,
    /// It was InService once.
    pub was_live: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    pub to: i32,
    /// To be rejected in this order.
    pub rejected: Vec<i32>,
}

/// The plan, or why there is none. Without `wanted`, the highest version below the desired one that
/// was live once: a version that never served is no known good one.
pub fn plan(approved: &[Version], wanted: Option<i32>) -> Result<Plan, String> {
    let Some(desired) = approved.iter().map(|version| version.version).max() else {
        return Err("no model version is approved".to_owned());
    };
    let below = approved.iter().filter(|version| version.version < desired);
    let to = match wanted {
        Some(wanted) if wanted == desired => {
            return Err(format!("version {wanted} is the desired version already"));
        }
        Some(wanted) => below
            .map(|version| version.version)
            .find(|version| *version == wanted)
            .ok_or_else(|| format!("version {wanted} is not approved; approve it first"))?,
        None => below
            .filter(|version| version.was_live)
            .map(|version| version.version)
            .max()
            .ok_or_else(|| {
                format!("no approved version below {desired} was live before; name a version")
            })?,
    };
    let mut rejected: Vec<i32> = approved
        .iter()
        .map(|version| version.version)
        .filter(|version| *version > to)
        .collect();
    rejected.sort_unstable();
    Ok(Plan { to, rejected })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(version: i32, was_live: bool) -> Version {
        Version { version, was_live }
    }

    #[test]
    fn it_returns_to_the_version_that_was_live_before_and_rejects_all_above() {
        let approved = [
            version(5, true),
            version(2, true),
            version(4, false),
            version(3, true),
        ];
        let to_3 = Plan {
            to: 3,
            rejected: vec![4, 5],
        };
        assert_eq!(plan(&approved, None), Ok(to_3));
        let to_4 = Plan {
            to: 4,
            rejected: vec![5],
        };
        assert_eq!(plan(&approved, Some(4)), Ok(to_4));
    }

    #[test]
    fn what_cannot_be_returned_to_is_said() {
        let approved = [version(5, true), version(4, false)];
        let refused = |wanted| plan(&approved, wanted).expect_err("no plan");
        assert!(refused(None).contains("no approved version below 5 was live"));
        assert!(refused(Some(5)).contains("version 5 is the desired version already"));
        assert!(refused(Some(3)).contains("version 3 is not approved"));
        assert!(plan(&[], None).is_err());
    }
}
