//! Domain prefixes: taken or free. The hosted pages that AWS puts there are the worker portal here.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::errors::{invalid, not_found};
use super::pool;
use local_core::store::Table;
use local_core::wire::Reply;
use local_core::{ACCOUNT, Call};

/// Of AWS's own names.
const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];

const DOMAINS: Table<Domain> = Table::new("cognito/domain");

#[derive(Serialize, Deserialize)]
struct Domain {
    pool: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DomainRequest {
    domain: String,
    user_pool_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeRequest {
    domain: String,
}

pub async fn create(call: Call, request: DomainRequest) -> Reply {
    let DomainRequest {
        domain,
        user_pool_id,
    } = request;
    if let Some(word) = RESERVED.iter().find(|word| domain.contains(**word)) {
        return Err(invalid(format!(
            "Domain cannot contain reserved word: {word}"
        )));
    }
    call.cloud.store.write(|tx| {
        let mut pool = pool::get(tx, &call.region, &user_pool_id)?;
        if DOMAINS.get(tx, &call.region, &domain).is_some() {
            return Err(invalid("Domain already associated with another user pool."));
        }
        if let Some(taken) = &pool.domain {
            return Err(invalid(format!(
                "The user pool has the domain {taken} already."
            )));
        }
        pool.domain = Some(domain.clone());
        pool.put(tx, &call.region);
        DOMAINS.put(tx, &call.region, &domain, &Domain { pool: user_pool_id });
        Ok(json!({}))
    })
}

pub async fn describe(call: Call, request: DescribeRequest) -> Reply {
    let found: Option<Domain> = call
        .cloud
        .store
        .read(|tx| DOMAINS.get(tx, &call.region, &request.domain));
    // AWS describes a free domain as an empty one.
    let description = found.map_or_else(
        || json!({}),
        |domain| {
            json!({
                "UserPoolId": domain.pool,
                "AWSAccountId": ACCOUNT,
                "Domain": request.domain,
                "Status": "ACTIVE",
            })
        },
    );
    Ok(json!({ "DomainDescription": description }))
}

pub async fn delete(call: Call, request: DomainRequest) -> Reply {
    call.cloud.store.write(|tx| {
        let mut pool = pool::get(tx, &call.region, &request.user_pool_id)?;
        if pool.domain.as_deref() != Some(&request.domain) {
            return Err(not_found("No such domain or user pool exists."));
        }
        pool.domain = None;
        pool.put(tx, &call.region);
        DOMAINS.delete(tx, &call.region, &request.domain);
        Ok(json!({}))
    })
}
