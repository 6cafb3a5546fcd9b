//! What A2I's operations ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "sagemaker" {
        "StartHumanLoop": "{FlowDefinitionArn}";
        "StopHumanLoop": "human-loop/{HumanLoopName}";
        "ListHumanLoops": "*";
        "DescribeHumanLoop": "human-loop/{HumanLoopName}";
        "DeleteHumanLoop": "human-loop/{HumanLoopName}";
        "CreateFlowDefinition": "flow-definition/{FlowDefinitionName}";
        "DescribeFlowDefinition": "flow-definition/{FlowDefinitionName}";
        "ListFlowDefinitions": "*";
        "DeleteFlowDefinition": "flow-definition/{FlowDefinitionName}";
    }
};
