//! The APIs that local-aws speaks.

use super::protocol::Protocol;
use super::table::Api;

pub const SAGEMAKER: Api = Api {
    name: "SageMaker",
    signing_name: "sagemaker",
    protocol: Protocol::AwsJson1_1 {
        target_prefix: "SageMaker",
    },
};

pub const SAGEMAKER_RUNTIME: Api = Api {
    name: "SageMaker Runtime",
    signing_name: "sagemaker",
    protocol: Protocol::RestJson,
};

pub const SAGEMAKER_FEATURE_STORE_RUNTIME: Api = Api {
    name: "SageMaker Feature Store Runtime",
    signing_name: "sagemaker",
    protocol: Protocol::RestJson,
};

pub const AUGMENTED_AI_RUNTIME: Api = Api {
    name: "Augmented AI Runtime",
    signing_name: "sagemaker",
    protocol: Protocol::RestJson,
};

pub const COGNITO_IDENTITY_PROVIDER: Api = Api {
    name: "Cognito Identity Provider",
    signing_name: "cognito-idp",
    protocol: Protocol::AwsJson1_1 {
        target_prefix: "AWSCognitoIdentityProviderService",
    },
};

pub const EVENTBRIDGE: Api = Api {
    name: "EventBridge",
    signing_name: "events",
    protocol: Protocol::AwsJson1_1 {
        target_prefix: "AWSEvents",
    },
};

pub const GLUE: Api = Api {
    name: "Glue",
    signing_name: "glue",
    protocol: Protocol::AwsJson1_1 {
        target_prefix: "AWSGlue",
    },
};

pub const ATHENA: Api = Api {
    name: "Athena",
    signing_name: "athena",
    protocol: Protocol::AwsJson1_1 {
        target_prefix: "AmazonAthena",
    },
};

pub const LAMBDA: Api = Api {
    name: "Lambda",
    signing_name: "lambda",
    protocol: Protocol::RestJson,
};

/// A function URL has a host of its own on AWS; here it is a path of the one port.
pub const LAMBDA_FUNCTION_URLS: Api = Api {
    name: "Lambda function URLs",
    signing_name: "lambda",
    protocol: Protocol::FunctionUrl,
};

pub const SQS: Api = Api {
    name: "SQS",
    signing_name: "sqs",
    protocol: Protocol::AwsJson1_0 {
        target_prefix: "AmazonSQS",
    },
};

pub const CLOUDWATCH: Api = Api {
    name: "CloudWatch",
    signing_name: "monitoring",
    protocol: Protocol::AwsJson1_0 {
        target_prefix: "GraniteServiceVersion20100801",
    },
};

pub const APPLICATION_AUTO_SCALING: Api = Api {
    name: "Application Auto Scaling",
    signing_name: "application-autoscaling",
    protocol: Protocol::AwsJson1_1 {
        target_prefix: "AnyScaleFrontendService",
    },
};

pub const IAM: Api = Api {
    name: "IAM",
    signing_name: "iam",
    protocol: Protocol::Query {
        namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
    },
};

pub const STS: Api = Api {
    name: "STS",
    signing_name: "sts",
    protocol: Protocol::Query {
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    },
};

pub const CLOUDFORMATION: Api = Api {
    name: "CloudFormation",
    signing_name: "cloudformation",
    protocol: Protocol::Query {
        namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
    },
};

/// The following have no operations: the template is their only caller. A request to them is refused
/// in their own protocol.
pub const EVENTBRIDGE_SCHEDULER: Api = Api {
    name: "EventBridge Scheduler",
    signing_name: "scheduler",
    protocol: Protocol::RestJson,
};

pub const SNS: Api = Api {
    name: "SNS",
    signing_name: "sns",
    protocol: Protocol::Query {
        namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    },
};
