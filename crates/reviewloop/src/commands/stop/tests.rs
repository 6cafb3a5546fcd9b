use std::sync::{Arc, Mutex};

use aws_sdk_sagemaker::Client;
use aws_sdk_sagemaker::config::Intercept;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::*;
use crate::fixture::cloud::Cloud;

/// Hears which operations SageMaker is asked for.
#[derive(Debug, Clone, Default)]
struct Operations(Arc<Mutex<Vec<String>>>);

impl Intercept for Operations {
    fn name(&self) -> &'static str {
        "Operations"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let target = context.request().headers().get("x-amz-target");
        let operation = target.and_then(|target| target.rsplit('.').next());
        let mut heard = self.0.lock().expect("no test panicked");
        heard.extend(operation.map(str::to_owned));
        Ok(())
    }
}

#[tokio::test]
async fn an_unknown_name_is_looked_for_once_and_answered_with_the_newest_studies() {
    let mut cloud = Cloud::new().await;
    let operations = Operations::default();
    let heard = cloud.account.sagemaker.config().to_builder();
    cloud.account.sagemaker = Client::from_conf(heard.interceptor(operations.clone()).build());
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
    let heard = operations.0.lock().expect("no test panicked");
    assert_eq!(
        *heard,
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
