use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};
use local_core::{Call, Cloud, Principal, Settings};

use super::*;
use crate::api::invoke;

#[tokio::test]
async fn a_header_that_invoke_does_not_honour_is_refused_by_its_members_name() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Arc::new(Cloud::open(Settings::new(folder.path())).unwrap());
    let call = Call {
        cloud,
        region: "us-east-1".to_owned(),
        principal: Principal::user(),
        request_id: String::new(),
    };
    for (member, header) in [
        ("ClientContext", "x-amz-client-context"),
        ("DurableExecutionName", "x-amz-durable-execution-name"),
        ("TenantId", "x-amz-tenant-id"),
    ] {
        let request = RawRequest {
            method: Method::POST,
            path: String::new(),
            labels: BTreeMap::from([("FunctionName".to_owned(), "f".to_owned())]),
            query: Vec::new(),
            headers: HeaderMap::from_iter([(
                header.parse().unwrap(),
                HeaderValue::from_static("one"),
            )]),
            body: Bytes::new(),
        };
        let error = invoke(call.clone(), request).await.unwrap_err();
        assert!(error.message.contains(member), "{header}: {error:?}");
        assert!(REFUSED_MEMBERS.contains(&member), "{member}");
    }
}
