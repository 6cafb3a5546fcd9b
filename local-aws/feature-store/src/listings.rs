//! The lists: of groups, and of a group's online records.

use serde::Deserialize;
use serde_json::json;

use super::error::Refusal;
use super::group::{FeatureGroup, GROUPS};
use super::online;
use local_core::Call;
use local_core::listing::{self, ListRequest, Listed, SortOrder};
use local_core::page;
use local_core::wire::Reply;

/// The most names in a page of records, and how many where the request says nothing.
const PAGE: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GroupsRequest {
    name_contains: Option<String>,
    feature_group_status_equals: Option<String>,
    offline_store_status_equals: Option<String>,
    creation_time_after: Option<f64>,
    creation_time_before: Option<f64>,
    sort_order: Option<SortOrder>,
    sort_by: Option<SortBy>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum SortBy {
    Name,
    FeatureGroupStatus,
    OfflineStoreStatus,
    CreationTime,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RecordsRequest {
    feature_group_name: String,
    max_results: Option<usize>,
    next_token: Option<String>,
    include_soft_deleted_records: Option<bool>,
}

pub async fn groups(call: Call, request: GroupsRequest) -> Reply {
    let all = call.cloud.store.read(|tx| GROUPS.list(tx, &call.region));
    let wanted = all.into_iter().filter(|(_, group)| request.wants(group));
    let listed = wanted.map(|(name, group)| Listed {
        name,
        created: group.created,
        modified: group.modified,
        status: match request.sort_by {
            Some(SortBy::OfflineStoreStatus) => group.offline_status().unwrap_or_default(),
            _ => group.status.name(),
        },
        summary: group.summary(),
    });
    let page = listing::page(
        listed.collect(),
        &request.as_listing(),
        SortOrder::Ascending,
    )?;
    Ok(json!({ "FeatureGroupSummaries": page.summaries, "NextToken": page.next_token }))
}

pub async fn records(call: Call, request: RecordsRequest) -> Reply {
    let found = call.cloud.store.read(|tx| {
        let group = FeatureGroup::ready(tx, &call.region, &request.feature_group_name)?;
        let with_deleted = request.include_soft_deleted_records == Some(true);
        online::identifiers(tx, &call.region, &group, with_deleted)
    });
    let all = found.map_err(Refusal::of_runtime)?;
    let size = request.max_results.unwrap_or(PAGE);
    let page = page::page(all, |name| name, request.next_token.as_deref(), size);
    let page = page.ok_or_else(|| Refusal::invalid("NextToken is invalid").of_runtime())?;
    Ok(json!({ "RecordIdentifiers": page.items, "NextToken": page.next_token }))
}

impl GroupsRequest {
    fn wants(&self, group: &FeatureGroup) -> bool {
        let wanted = self.feature_group_status_equals.as_deref();
        let wanted_offline = self.offline_store_status_equals.as_deref();
        wanted.is_none_or(|wanted| wanted == group.status.name())
            && (wanted_offline.is_none() || wanted_offline == group.offline_status())
    }

    fn as_listing(&self) -> ListRequest {
        ListRequest {
            creation_time_after: self.creation_time_after,
            creation_time_before: self.creation_time_before,
            name_contains: self.name_contains.clone(),
            sort_by: self.sort_by.map(|by| match by {
                SortBy::Name => listing::SortBy::Name,
                SortBy::FeatureGroupStatus | SortBy::OfflineStoreStatus => listing::SortBy::Status,
                SortBy::CreationTime => listing::SortBy::CreationTime,
            }),
            sort_order: self.sort_order,
            max_results: self.max_results,
            next_token: self.next_token.clone(),
            ..ListRequest::default()
        }
    }
}
