//! Every service in one table: what answers requests, what runs in the background.
//!
//! A service is a module; its operations join a row below. Nothing else lists services.

use std::sync::Arc;

use axum::Router;
use futures::future::BoxFuture;

use crate::cloud::Cloud;
use crate::wire::{Protocol, Service};
use crate::{
    a2i, cognito, events, jobs, lambda, pipelines, s3, sagemaker, sagemaker_runtime, scheduler,
    sqs, stack, sts, workforce,
};

/// What the wire routes to.
pub(crate) struct Services {
    pub table: Vec<Service>,
    pub s3: s3::Wire,
}

/// A level-triggered task: waits on `store.changes()`, does what the state says is missing, never
/// ends. It is aborted when the cloud stops, wherever it stands, and carries on at the next start.
pub(crate) type Task = fn(Arc<Cloud>) -> BoxFuture<'static, ()>;

pub(crate) fn tasks() -> Vec<Task> {
    vec![
        |cloud| Box::pin(events::run(cloud)),
        |cloud| Box::pin(lambda::run(cloud)),
        |cloud| Box::pin(scheduler::run(cloud)),
        |cloud| Box::pin(jobs::run(cloud)),
        |cloud| Box::pin(pipelines::run(cloud)),
        |cloud| Box::pin(sagemaker::run(cloud)),
        |cloud| Box::pin(a2i::run(cloud)),
    ]
}

/// Plain HTTP below `/_...`, where no bucket can be: no signature, no service.
pub(crate) fn routers(cloud: &Arc<Cloud>) -> Router {
    Router::new()
        .merge(crate::local::router(cloud))
        .merge(lambda::router(cloud))
}

pub(crate) fn services(cloud: &Arc<Cloud>) -> Services {
    let mut sagemaker = sagemaker::operations();
    sagemaker.extend(jobs::operations());
    sagemaker.extend(pipelines::operations());
    sagemaker.extend(workforce::operations());
    let table = vec![
        Service {
            name: "SageMaker",
            signing_name: "sagemaker",
            protocol: Protocol::AwsJson1_1 {
                target_prefix: "SageMaker",
            },
            operations: sagemaker,
        },
        Service {
            name: "SageMaker Runtime",
            signing_name: "sagemaker",
            protocol: Protocol::RestJson,
            operations: sagemaker_runtime::operations(),
        },
        Service {
            name: "Augmented AI Runtime",
            signing_name: "sagemaker",
            protocol: Protocol::RestJson,
            operations: a2i::operations(),
        },
        Service {
            name: "Cognito Identity Provider",
            signing_name: "cognito-idp",
            protocol: Protocol::AwsJson1_1 {
                target_prefix: "AWSCognitoIdentityProviderService",
            },
            operations: cognito::operations(),
        },
        Service {
            name: "EventBridge",
            signing_name: "events",
            protocol: Protocol::AwsJson1_1 {
                target_prefix: "AWSEvents",
            },
            operations: events::operations(),
        },
        Service {
            name: "EventBridge Scheduler",
            signing_name: "scheduler",
            protocol: Protocol::RestJson,
            operations: scheduler::operations(),
        },
        Service {
            name: "Lambda",
            signing_name: "lambda",
            protocol: Protocol::RestJson,
            operations: lambda::operations(),
        },
        Service {
            name: "SQS",
            signing_name: "sqs",
            protocol: Protocol::AwsJson1_0 {
                target_prefix: "AmazonSQS",
            },
            operations: sqs::operations(),
        },
        Service {
            name: "STS",
            signing_name: "sts",
            protocol: Protocol::Query {
                namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
            },
            operations: sts::operations(),
        },
        Service {
            name: "CloudFormation",
            signing_name: "cloudformation",
            protocol: Protocol::Query {
                namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
            },
            operations: stack::operations(),
        },
    ];
    Services {
        table,
        s3: s3::Wire::new(cloud),
    }
}
