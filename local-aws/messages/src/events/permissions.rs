//! What EventBridge's operations ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "events" {
        "PutRule": "rule/{Name}";
        "DescribeRule": "rule/{Name}";
        "ListRules": "*";
        "EnableRule": "rule/{Name}";
        "DisableRule": "rule/{Name}";
        "DeleteRule": "rule/{Name}";
        "PutTargets": "rule/{Rule}";
        "RemoveTargets": "rule/{Rule}";
        "ListTargetsByRule": "rule/{Rule}";
        "PutEvents": "event-bus/default";
        "TestEventPattern": "*";
    }
};
