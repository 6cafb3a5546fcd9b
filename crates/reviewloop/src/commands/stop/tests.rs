use aws_sdk_sagemaker::Client;

use super::*;
use crate::fixture::cloud::Cloud;
use crate::fixture::requests::Requests;

#[tokio::test]
async fn an_unknown_name_is_looked_for_once_and_answered_with_the_newest_studies() {
    let mut cloud = Cloud::new().await;
    let requests = Requests::default();
    let heard = cloud.account.sagemaker.config().to_builder();
    cloud.account.sagemaker = Client::from_conf(heard.interceptor(requests.clone()).build());
    let key = keys::tuning("3-abcdef");
    let put = cloud.account.put(&key, b"{}".to_vec()).await;
    put.expect("written");

    let name = "k3jx5c0q2f7d".to_owned();
    let stopped = stop(&cloud.account, &Stop { name }, &Output { json: true }).await;
    let error = stopped.expect_err("there is none").to_string();
    assert!(
        error.ends_with("; the newest studies are 3-abcdef"),
        "{error}"
    );
    let heard = requests.heard().into_iter();
    let operations: Vec<String> = heard.filter_map(|request| request.operation).collect();
    assert_eq!(
        operations,
        ["DescribePipelineExecution", "ListPipelineExecutions"]
    );
}

#[test]
fn the_newest_studies_are_named_where_there_are_any() {
    assert_eq!(newest_studies(&[]), "");
    let studies = ["3-abcdef", "1-aaaaaa"].map(keys::tuning);
    let words = "; the newest studies are 3-abcdef, 1-aaaaaa";
    assert_eq!(newest_studies(&studies), words);
}
