//! What all List operations share: filters, order and pages.

use serde::Deserialize;
use serde_json::Value;

use crate::page;
use crate::timestamp::Timestamp;
use crate::wire::AwsError;

/// AWS's default page.
const PAGE: usize = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListRequest {
    pub creation_time_after: Option<f64>,
    pub creation_time_before: Option<f64>,
    pub last_modified_time_after: Option<f64>,
    pub last_modified_time_before: Option<f64>,
    pub name_contains: Option<String>,
    pub status_equals: Option<String>,
    pub sort_by: Option<SortBy>,
    pub sort_order: Option<SortOrder>,
    pub max_results: Option<usize>,
    pub next_token: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SortBy {
    Name,
    /// `CreateDate` in the lists of workforces and work teams.
    #[serde(alias = "CreateDate")]
    CreationTime,
    Status,
    PipelineExecutionArn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SortOrder {
    Ascending,
    Descending,
}

/// One resource as lists see it.
pub struct Listed {
    /// Unique in the list: what a page's token holds on to.
    pub name: String,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub status: &'static str,
    pub summary: Value,
}

pub struct Page {
    pub summaries: Vec<Value>,
    pub next_token: Option<String>,
}

/// The page that a request asks for. Without `SortBy` the order is by creation.
pub fn page(
    mut all: Vec<Listed>,
    request: &ListRequest,
    default_order: SortOrder,
) -> Result<Page, AwsError> {
    all.retain(|listed| request.wants(listed));
    all.sort_by(|a, b| {
        let by_time = (a.created, &a.name).cmp(&(b.created, &b.name));
        match request.sort_by {
            None | Some(SortBy::CreationTime) => by_time,
            Some(SortBy::Name | SortBy::PipelineExecutionArn) => a.name.cmp(&b.name),
            Some(SortBy::Status) => a.status.cmp(b.status).then(by_time),
        }
    });
    if request.sort_order.unwrap_or(default_order) == SortOrder::Descending {
        all.reverse();
    }
    cut(all, request.next_token.as_deref(), request.max_results)
}

/// A page of what is already in order.
pub fn cut(
    all: Vec<Listed>,
    next_token: Option<&str>,
    max_results: Option<usize>,
) -> Result<Page, AwsError> {
    let size = max_results.unwrap_or(PAGE).clamp(1, 100);
    let cut = page::page(all, |listed| &listed.name, next_token, size)
        .ok_or_else(|| AwsError::validation("NextToken is invalid or has expired"))?;
    Ok(Page {
        summaries: cut.items.into_iter().map(|listed| listed.summary).collect(),
        next_token: cut.next_token,
    })
}

impl ListRequest {
    fn wants(&self, listed: &Listed) -> bool {
        let created = listed.created.seconds();
        let modified = listed.modified.seconds();
        self.creation_time_after.is_none_or(|t| created > t)
            && self.creation_time_before.is_none_or(|t| created < t)
            && self.last_modified_time_after.is_none_or(|t| modified > t)
            && self.last_modified_time_before.is_none_or(|t| modified < t)
            && self.name_contains.as_ref().is_none_or(|part| {
                let part = part.to_ascii_lowercase();
                listed.name.to_ascii_lowercase().contains(&part)
            })
            && self
                .status_equals
                .as_ref()
                .is_none_or(|status| status == listed.status)
    }
}
