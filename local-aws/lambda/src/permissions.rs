//! What Lambda's operations ask of their caller.

use local_core::wire::permission::Permission;

const FUNCTION: &str = "function:{FunctionName}";

pub const ALL: &[Permission] = &[
    Permission::new("Invoke", "lambda:InvokeFunction", FUNCTION),
    Permission::new("InvokeFunctionUrl", "lambda:InvokeFunctionUrl", FUNCTION),
    Permission::new("ListFunctions", "lambda:ListFunctions", "*"),
    Permission::new("GetFunction", "lambda:GetFunction", FUNCTION),
    Permission::new(
        "GetFunctionConfiguration",
        "lambda:GetFunctionConfiguration",
        FUNCTION,
    ),
    Permission::new(
        "GetFunctionUrlConfig",
        "lambda:GetFunctionUrlConfig",
        FUNCTION,
    ),
];
