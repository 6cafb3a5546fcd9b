//! Parameters that nothing here honours.

use super::client::Client;

#[tokio::test]
async fn a_parameter_that_is_not_honoured_is_refused_by_its_name() {
    let client = Client::new().await;
    client.put("a", "a").await;
    let copy = ("x-amz-copy-source", "/reviews/a");
    for (method, path, headers, name) in [
        (
            "PUT",
            "/reviews/b",
            &[("x-amz-grant-read-acp", "id=1")][..],
            "GrantReadACP",
        ),
        (
            "PUT",
            "/reviews/b",
            &[("x-amz-grant-write-acp", "id=1")],
            "GrantWriteACP",
        ),
        (
            "PUT",
            "/reviews/b",
            &[(
                "x-amz-object-lock-retain-until-date",
                "2030-01-01T00:00:00Z",
            )],
            "ObjectLockRetainUntilDate",
        ),
        (
            "PUT",
            "/reviews/b",
            &[("x-amz-server-side-encryption-bucket-key-enabled", "true")],
            "BucketKeyEnabled",
        ),
        (
            "PUT",
            "/reviews/b",
            &[("x-amz-server-side-encryption-context", "e30=")],
            "SSEKMSEncryptionContext",
        ),
        (
            "PUT",
            "/reviews/b",
            &[copy, ("x-amz-grant-read", "id=1")],
            "GrantRead",
        ),
        (
            "PUT",
            "/reviews/b",
            &[copy, ("x-amz-object-lock-mode", "GOVERNANCE")],
            "ObjectLockMode",
        ),
        (
            "POST",
            "/reviews/b?uploads",
            &[("x-amz-grant-read", "id=1")],
            "GrantRead",
        ),
        (
            "POST",
            "/reviews/b?uploads",
            &[("x-amz-object-lock-legal-hold", "ON")],
            "ObjectLockLegalHoldStatus",
        ),
        (
            "DELETE",
            "/reviews/a",
            &[("x-amz-bypass-governance-retention", "true")],
            "BypassGovernanceRetention",
        ),
        (
            "PUT",
            "/others",
            &[("x-amz-object-ownership", "ObjectWriter")],
            "ObjectOwnership",
        ),
        (
            "GET",
            "/reviews/a",
            &[("x-amz-server-side-encryption-customer-key-md5", "AA==")],
            "SSECustomerKeyMD5",
        ),
    ] {
        let answer = client.call(method, path, headers, "").await;
        answer.assert_refused(501, "NotImplemented");
        let named = format!("the parameter {name}<");
        assert!(answer.text.contains(&named), "{name}: {answer:?}");
    }
    let delete = "<Delete><Object><Key>a</Key></Object></Delete>";
    let mfa = [("x-amz-mfa", "serial 123456")];
    let answer = client.call("POST", "/reviews?delete", &mfa, delete).await;
    assert!(answer.text.contains("the parameter MFA<"), "{answer:?}");
    assert_eq!(client.call("HEAD", "/reviews/a", &[], "").await.status, 200);
}

#[tokio::test]
async fn a_parameter_that_asks_for_what_happens_anyway_is_taken() {
    let client = Client::new().await;
    for (name, value) in [
        ("x-amz-request-payer", "requester"),
        ("x-amz-acl", "bucket-owner-full-control"),
        ("x-amz-storage-class", "STANDARD"),
        ("x-amz-server-side-encryption", "AES256"),
        ("x-amz-server-side-encryption-bucket-key-enabled", "false"),
        ("x-amz-expected-bucket-owner", "123456789012"),
    ] {
        let put = client
            .call("PUT", "/reviews/a", &[(name, value)], "a")
            .await;
        assert_eq!(put.status, 200, "{name}: {put:?}");
    }
    let attributes = [("x-amz-optional-object-attributes", "RestoreStatus")];
    let list = client.call(
        "GET",
        "/reviews?list-type=2&fetch-owner=true",
        &attributes,
        "",
    );
    let list = list.await.text;
    assert!(
        list.contains("<Owner><ID>123456789012</ID></Owner>"),
        "{list}"
    );
}
