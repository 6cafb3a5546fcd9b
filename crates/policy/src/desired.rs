//! Which model version should be live. deploy-model, watch-endpoint, start-pipeline, judge-model,
//! shift-traffic, reconcile and `status` all ask here.

use contracts::deployment::Pin;

/// A model package as far as this decision goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    pub version: i32,
    pub arn: String,
    /// In seconds.
    pub created: i64,
    /// A version that was rolled back or failed is withdrawn by rejecting it.
    pub approved: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Desired<'a> {
    Package(&'a Package),
    /// Nothing is approved.
    Nothing,
    /// The pin names a version that is not approved: no other version goes live instead.
    PinNotApproved {
        version: i32,
    },
}

impl<'a> Desired<'a> {
    pub fn package(&self) -> Option<&'a Package> {
        match self {
            Desired::Package(package) => Some(package),
            Desired::Nothing | Desired::PinNotApproved { .. } => None,
        }
    }
}

/// The pin, if any, else the highest approved version.
pub fn version<'a>(packages: &'a [Package], pin: Option<&Pin>) -> Desired<'a> {
    let eligible = packages.iter().filter(|package| package.approved);
    if let Some(pin) = pin {
        let version = pin.version;
        return eligible
            .into_iter()
            .find(|package| package.version == version)
            .map_or(Desired::PinNotApproved { version }, Desired::Package);
    }
    eligible
        .max_by_key(|package| package.version)
        .map_or(Desired::Nothing, Desired::Package)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(version: i32, approved: bool) -> Package {
        Package {
            version,
            arn: format!("arn/{version}"),
            created: 0,
            approved,
        }
    }

    #[track_caller]
    fn check(packages: &[Package], pin: Option<i32>, expected: Option<i32>) {
        let pin = pin.map(|version| Pin {
            version,
            reason: String::new(),
        });
        let found = version(packages, pin.as_ref());
        assert_eq!(
            found.package().map(|package| package.version),
            expected,
            "{found:?}"
        );
    }

    #[test]
    fn the_highest_approved_version_is_desired() {
        check(&[], None, None);
        check(&[package(1, false)], None, None);
        check(&[package(2, true), package(10, true)], None, Some(10));
        check(&[package(1, true), package(2, false)], None, Some(1));
    }

    #[test]
    fn a_withdrawn_version_falls_back_to_the_one_before() {
        check(&[package(1, true), package(2, false)], None, Some(1));
    }

    #[test]
    fn a_pin_holds_or_holds_everything_up() {
        let packages = [package(1, true), package(2, true), package(3, false)];
        check(&packages, Some(1), Some(1));
        check(&packages, Some(3), None);
        check(&packages, Some(9), None);
    }
}
