//! What SQS's operations ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "sqs" {
        "CreateQueue": "{QueueName}";
        "GetQueueUrl": "{QueueName}";
        "ListQueues": "*";
        "DeleteQueue": "{QueueUrl}";
        "GetQueueAttributes": "{QueueUrl}";
        "SetQueueAttributes": "{QueueUrl}";
        "SendMessage": "{QueueUrl}";
        "ReceiveMessage": "{QueueUrl}";
        "ChangeMessageVisibility": "{QueueUrl}";
        "DeleteMessage": "{QueueUrl}";
        "PurgeQueue": "{QueueUrl}";
    }
};
