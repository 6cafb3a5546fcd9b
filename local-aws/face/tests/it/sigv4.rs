//! Who may call, and how a refusal looks.

use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::presigning::PresigningConfig;
use local_aws::Principal;
use std::time::Duration;

use crate::support::{cloud, config, config_with, s3};

#[tokio::test]
async fn each_principals_key_is_its_own_and_stays_the_same() {
    let (aws, folder) = cloud().await;
    let judge = aws
        .cloud
        .credentials_for(&Principal::role("judge", "judge-model"));
    assert_ne!(judge, aws.user);
    let user = aws.user.clone();
    aws.stop().await;
    let aws = crate::support::reopen(&folder).await;
    assert_eq!(aws.user, user);
    let judge_again = aws
        .cloud
        .credentials_for(&Principal::role("judge", "judge-model"));
    assert_eq!(judge_again, judge);
    let client = s3(&config_with(
        &aws,
        &judge.access_key_id,
        &judge.secret_access_key,
    ));
    // It is known; without a policy it may do nothing.
    let denied = client.list_buckets().send().await.unwrap_err();
    assert_eq!(denied.code(), Some("AccessDenied"));
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_key_are_refused() {
    let (aws, _folder) = cloud().await;
    let wrong = config_with(&aws, &aws.user.access_key_id, "wrong");
    let error = s3(&wrong).list_buckets().send().await.unwrap_err();
    assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 403);
    let unknown = config_with(&aws, "AKIAUNKNOWN", "wrong");
    let error = s3(&unknown).list_buckets().send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidAccessKeyId"));

    let error = aws_sdk_sagemaker::Client::new(&wrong)
        .list_models()
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("InvalidSignatureException"));
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 403);
    let error = aws_sdk_sagemaker::Client::new(&unknown)
        .list_models()
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("UnrecognizedClientException"));
}

#[tokio::test]
async fn an_operation_that_is_not_here_is_refused_by_name() {
    let (aws, _folder) = cloud().await;
    let client = aws_sdk_sagemaker::Client::new(&config(&aws));
    let error = client.list_apps().send().await.unwrap_err();
    assert_eq!(error.code(), Some("UnknownOperationException"));
    assert!(error.message().unwrap().contains("ListApps"));
}

#[tokio::test]
async fn a_presigned_url_does_what_it_says_and_nothing_else() {
    let (aws, _folder) = cloud().await;
    let client = s3(&config(&aws));
    let for_a_minute = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
    let put = client.put_object().bucket("none").key("a b/c");
    let url = put.presigned(for_a_minute).await.unwrap();
    assert!(url.uri().contains("X-Amz-Signature"));
    // The bucket is not there, which is only said to whoever is believed.
    let status = send(&aws, "PUT", url.uri()).await;
    assert_eq!(status, 404);
    let status = send(&aws, "GET", url.uri()).await;
    assert_eq!(status, 403);
    let ours = local_aws::s3::presign(
        &aws.cloud,
        &Principal::user(),
        &http::Method::PUT,
        ("none", "a b/c+d"),
        Duration::from_secs(60),
    );
    assert_eq!(send(&aws, "PUT", &ours.unwrap()).await, 404);
}

async fn send(aws: &local_aws::LocalAws, method: &str, uri: &str) -> u16 {
    use aws_smithy_runtime_api::client::http::HttpConnector;
    let request = http::Request::builder().method(method).uri(uri);
    let request = request
        .body(aws_smithy_types::body::SdkBody::empty())
        .unwrap();
    let response = aws
        .connector()
        .call(request.try_into().unwrap())
        .await
        .unwrap();
    response.status().as_u16()
}
