//! What a principal's policies decide, as a client sees it.

use aws_sdk_s3::error::ProvideErrorMetadata;
use local_aws::iam::Role;
use local_aws::{Iam, LocalAws, Principal, Settings};
use local_core::wire::{apis, table};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{config, config_with, s3};

/// A cloud with a bucket, and a role of this one statement.
async fn cloud(mode: Iam, actions: &[&str]) -> (LocalAws, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::new(folder.path());
    settings.run_tasks = false;
    settings.iam = mode;
    settings.region = "eu-west-1".to_owned();
    let aws = LocalAws::in_process(settings).await.unwrap();
    let eu = aws_sdk_s3::types::BucketLocationConstraint::EuWest1;
    let eu = aws_sdk_s3::types::CreateBucketConfiguration::builder().location_constraint(eu);
    let create = s3(&config(&aws)).create_bucket().bucket("data");
    create
        .create_bucket_configuration(eu.build())
        .send()
        .await
        .unwrap();
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": "*" });
    let trust = json!({ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "lambda.amazonaws.com" } });
    let role = Role {
        name: "r".to_owned(),
        created: aws.cloud.world.now(),
        trust: json!({ "Statement": trust }).to_string(),
        policies: [(
            "p".to_owned(),
            json!({ "Statement": statement }).to_string(),
        )]
        .into(),
        managed: Vec::new(),
    };
    aws.cloud.store.write(|tx| role.put(tx)).unwrap();
    (aws, folder)
}

fn of_role(aws: &LocalAws) -> aws_config::SdkConfig {
    let key = aws.cloud.credentials_for(&Principal::role("r", "f"));
    config_with(aws, &key.access_key_id, &key.secret_access_key)
}

#[tokio::test]
async fn a_denial_has_the_code_and_the_status_of_its_service_and_says_what_is_missing() {
    let (aws, _folder) = cloud(Iam::Enforce, &["s3:PutObject"]).await;
    let config = of_role(&aws);
    let sagemaker = aws_sdk_sagemaker::Client::new(&config);
    let denied = sagemaker
        .describe_model()
        .model_name("m")
        .send()
        .await
        .unwrap_err();
    assert_eq!(denied.code(), Some("AccessDeniedException"));
    assert_eq!(
        denied.message(),
        Some(
            "User: arn:aws:sts::123456789012:assumed-role/r/f is not authorized to perform: \
             sagemaker:DescribeModel on resource: arn:aws:sagemaker:eu-west-1:123456789012:model/m \
             because no identity-based policy allows the sagemaker:DescribeModel action"
        )
    );
    assert_eq!(denied.raw_response().unwrap().status().as_u16(), 400);
    let get = s3(&config).get_object().bucket("data").key("k");
    let denied = get.send().await.unwrap_err();
    assert_eq!(denied.code(), Some("AccessDenied"));
    assert_eq!(denied.raw_response().unwrap().status().as_u16(), 403);
}

#[tokio::test]
async fn a_missing_object_is_said_only_to_a_principal_that_may_list_the_bucket() {
    for (actions, code) in [
        (&["s3:GetObject"][..], "AccessDenied"),
        (&["s3:GetObject", "s3:ListBucket"], "NoSuchKey"),
    ] {
        let (aws, _folder) = cloud(Iam::Enforce, actions).await;
        let get = s3(&of_role(&aws)).get_object().bucket("data").key("none");
        let missing = get.send().await.unwrap_err();
        assert_eq!(missing.code(), Some(code), "{actions:?}");
    }
}

#[tokio::test]
async fn a_copy_reads_its_source_and_a_deletion_of_several_is_refused_one_by_one() {
    let (aws, _folder) = cloud(Iam::Enforce, &["s3:PutObject"]).await;
    let client = s3(&of_role(&aws));
    let put = client.put_object().bucket("data").key("a");
    put.send().await.unwrap();
    let copy = client.copy_object().bucket("data").key("b");
    let denied = copy.copy_source("data/a").send().await.unwrap_err();
    assert!(
        denied
            .message()
            .unwrap()
            .contains("s3:GetObject on resource: arn:aws:s3:::data/a")
    );
    let a = aws_sdk_s3::types::ObjectIdentifier::builder().key("a");
    let all = aws_sdk_s3::types::Delete::builder().objects(a.build().unwrap());
    let delete = client.delete_objects().bucket("data");
    let deleted = delete.delete(all.build().unwrap()).send().await.unwrap();
    assert_eq!(deleted.errors()[0].code(), Some("AccessDenied"));
    let user = s3(&config(&aws));
    user.head_object()
        .bucket("data")
        .key("a")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn reported_or_off_nothing_is_denied() {
    for mode in [Iam::Report, Iam::Off] {
        let (aws, _folder) = cloud(mode, &["s3:PutObject"]).await;
        let list = s3(&of_role(&aws)).list_objects_v2().bucket("data");
        list.send().await.unwrap();
        // An operation that is not here is refused as such.
        let tags = s3(&of_role(&aws)).get_bucket_tagging().bucket("data");
        let refused = tags.send().await.unwrap_err();
        assert_eq!(refused.code(), Some("NotImplemented"), "{mode:?}");
    }
}

#[tokio::test]
async fn who_signs_in_has_no_policy_and_who_disables_a_user_needs_one() {
    let (aws, _folder) = cloud(Iam::Enforce, &["cognito-idp:CreateUserPool"]).await;
    let cognito = aws_sdk_cognitoidentityprovider::Client::new(&of_role(&aws));
    let pool = cognito.create_user_pool().pool_name("p").send().await;
    let pool = pool.unwrap().user_pool.and_then(|pool| pool.id).unwrap();
    let sign_in = cognito.initiate_auth().client_id("none");
    let sign_in = sign_in.auth_flow("USER_PASSWORD_AUTH".into()).send().await;
    let sign_in = sign_in.unwrap_err().into_service_error();
    assert!(sign_in.is_resource_not_found_exception());
    let disable = cognito.admin_disable_user().user_pool_id(&pool);
    let denied = disable.username("ann").send().await.unwrap_err();
    let message = denied.message().unwrap();
    let action = format!(
        "cognito-idp:AdminDisableUser on resource: arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{pool}"
    );
    assert!(message.contains(&action), "{message}");
}

#[tokio::test]
async fn who_tunes_or_has_models_chosen_passes_the_role_of_the_jobs_and_may_tag() {
    let role = "arn:aws:iam::123456789012:role/execution";
    let tags = json!([{ "Key": "lab", "Value": "8" }]);
    let automl = json!({ "AutoMLJobName": "lab", "RoleArn": role, "Tags": tags });
    for (operation, resource, members) in [
        (
            "CreateHyperParameterTuningJob",
            "hyper-parameter-tuning-job/lab",
            json!({
                "HyperParameterTuningJobName": "lab",
                "TrainingJobDefinition": { "RoleArn": role },
                "Tags": tags,
            }),
        ),
        ("CreateAutoMLJob", "automl-job/lab", automl.clone()),
        ("CreateAutoMLJobV2", "automl-job/lab", automl),
    ] {
        let create = format!("sagemaker:{operation}");
        let job = format!("arn:aws:sagemaker:eu-west-1:123456789012:{resource}");
        for (actions, missing) in [
            (vec!["s3:GetObject"], format!("{create} on resource: {job}")),
            (vec![&create], format!("iam:PassRole on resource: {role}")),
            (
                vec![&create, "iam:PassRole"],
                format!("sagemaker:AddTags on resource: {job}"),
            ),
        ] {
            let (aws, _folder) = cloud(Iam::Enforce, &actions).await;
            let caller = ("eu-west-1", Principal::role("r", "f"));
            let called = table::call(&aws.cloud, apis::SAGEMAKER, operation, caller, &members);
            let denied = called.await.unwrap_err();
            assert!(denied.message.contains(&missing), "{denied}");
        }
    }
}
