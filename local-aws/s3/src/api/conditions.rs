//! The conditions of requests: of writes, and of reads.

use s3s::dto::{ETagCondition, Timestamp};
use time::OffsetDateTime;

use crate::failure::Failure;
use crate::object::Object;
use crate::rows::Condition;

pub(crate) fn of_write(
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
) -> Result<Condition, Failure> {
    match (if_match, if_none_match) {
        (None, None) => Ok(Condition::None),
        (None, Some(ETagCondition::Any)) => Ok(Condition::Absent),
        (Some(ETagCondition::Any), None) => Ok(Condition::Present),
        (Some(ETagCondition::ETag(etag)), None) => Ok(Condition::Etag(etag.into_value())),
        // S3 itself answers NotImplemented to both.
        (None, Some(_)) => Err(Failure::NotImplemented(
            "If-None-Match with a value other than *".to_owned(),
        )),
        (Some(_), Some(_)) => Err(Failure::NotImplemented(
            "If-Match together with If-None-Match".to_owned(),
        )),
    }
}

fn unchanged(object: &Object) -> Failure {
    Failure::NotModified(object.etag.clone())
}

/// When a read gives the object.
pub(crate) struct ReadConditions {
    pub if_match: Option<ETagCondition>,
    pub if_none_match: Option<ETagCondition>,
    pub if_modified_since: Option<Timestamp>,
    pub if_unmodified_since: Option<Timestamp>,
}

impl ReadConditions {
    /// In RFC 9110's order: an entity tag outweighs a time.
    pub fn check(&self, object: &Object) -> Result<(), Failure> {
        let matches = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(etag) => etag.value() == object.etag,
        };
        // HTTP dates have whole seconds.
        let modified = object.last_modified.replace_nanosecond(0);
        let modified = modified.unwrap_or(object.last_modified);
        let since = |time: &Timestamp| modified > OffsetDateTime::from(time.clone());
        match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) if !matches(condition) => {
                return Err(Failure::PreconditionFailed("If-Match"));
            }
            (None, Some(time)) if since(time) => {
                return Err(Failure::PreconditionFailed("If-Unmodified-Since"));
            }
            _ => {}
        }
        match (&self.if_none_match, &self.if_modified_since) {
            (Some(condition), _) if matches(condition) => Err(unchanged(object)),
            (None, Some(time)) if !since(time) => Err(unchanged(object)),
            _ => Ok(()),
        }
    }
}
