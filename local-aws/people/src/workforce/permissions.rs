//! What the operations of workforces, work teams and task UIs ask of their caller.

use local_core::permissions;
use local_core::wire::permission::Permission;

pub const ALL: &[Permission] = permissions! {
    "sagemaker" {
        "CreateWorkforce": "workforce/{WorkforceName}";
        "DescribeWorkforce": "workforce/{WorkforceName}";
        "ListWorkforces": "*";
        "DeleteWorkforce": "workforce/{WorkforceName}";
        "CreateWorkteam": "workteam/private-crowd/{WorkteamName}";
        "DescribeWorkteam": "workteam/private-crowd/{WorkteamName}";
        "ListWorkteams": "*";
        "UpdateWorkteam": "workteam/private-crowd/{WorkteamName}";
        "DeleteWorkteam": "workteam/private-crowd/{WorkteamName}";
        "CreateHumanTaskUi": "human-task-ui/{HumanTaskUiName}";
        "DescribeHumanTaskUi": "human-task-ui/{HumanTaskUiName}";
        "ListHumanTaskUis": "*";
        "DeleteHumanTaskUi": "human-task-ui/{HumanTaskUiName}";
        "RenderUiTemplate": "*";
    }
};
