//! The approved versions that a new one is compared with.

use anyhow::Result;
use policy::anchor;
use policy::desired::{self, Desired, Package};

use crate::evidence;
use crate::objects::Bucket;
use crate::packages::{self, Registry};

/// The version to compare with. `doubt` says why it may not be the right one: a model can be
/// compared with it, but not approved by the comparison.
#[derive(Debug, Clone, Default)]
pub struct Incumbent<'a> {
    pub package: Option<&'a Package>,
    pub doubt: Option<String>,
}

pub struct Incumbents<'a> {
    pub champion: Incumbent<'a>,
    pub anchor: Incumbent<'a>,
}

impl<'a> Incumbent<'a> {
    pub fn arn(&self) -> Option<&'a str> {
        self.package.map(|package| package.arn.as_str())
    }

    /// `Err` has the doubt.
    pub fn certain(&self) -> Result<Option<&'a str>, &str> {
        self.doubt.as_deref().map_or(Ok(self.arn()), Err)
    }
}

/// `lineage` is that of the new version's data; without it there is no anchor.
pub async fn read<'a>(
    sagemaker: &aws_sdk_sagemaker::Client,
    bucket: &Bucket,
    registry: &'a Registry,
    lineage: Option<&str>,
) -> Result<Incumbents<'a>> {
    let champion = champion(registry);
    let anchor = match (champion.package, lineage) {
        (Some(package), Some(lineage)) => {
            anchor(sagemaker, bucket, &registry.packages, package, lineage).await?
        }
        _ => Incumbent::default(),
    };
    Ok(Incumbents { champion, anchor })
}

/// The desired version. While the pin names a version that is not approved, it is the version
/// that would be desired without the pin.
pub fn champion(registry: &Registry) -> Incumbent<'_> {
    let packages = &registry.packages;
    match desired::version(packages, registry.pin.as_ref()) {
        Desired::PinNotApproved { version } => Incumbent {
            package: desired::version(packages, None).package(),
            doubt: Some(format!(
                "the pin names version {version}, which is not approved"
            )),
        },
        desired => Incumbent {
            package: desired.package(),
            doubt: None,
        },
    }
}

/// By the champion's own evaluation. While that cannot be read, by the evaluation of the approved
/// version before it, and so on: the champion was measured against the anchor of that version.
async fn anchor<'a>(
    sagemaker: &aws_sdk_sagemaker::Client,
    bucket: &Bucket,
    packages: &'a [Package],
    champion: &'a Package,
    lineage: &str,
) -> Result<Incumbent<'a>> {
    let mut versions: Vec<&Package> = packages
        .iter()
        .filter(|package| package.approved && package.version <= champion.version)
        .collect();
    versions.sort_by_key(|package| std::cmp::Reverse(package.version));
    let mut doubt = None;
    let mut anchor = None;
    for version in versions {
        let package = packages::describe(sagemaker, &version.arn).await?;
        let read = evidence::read(bucket, &package).await?;
        match read.evaluation {
            Ok(evaluation) => {
                anchor = anchor::version(packages, version, Some(&evaluation), lineage);
                break;
            }
            // A model that a person registered: nothing was measured.
            Err(_) if read.uri.is_empty() => break,
            Err(reason) => {
                doubt.get_or_insert(format!(
                    "the anchor is not known, because the champion's evaluation cannot be read: {reason}"
                ));
            }
        }
    }
    if doubt.is_some() {
        anchor = anchor.or(Some(champion));
    }
    Ok(Incumbent {
        package: anchor,
        doubt,
    })
}
