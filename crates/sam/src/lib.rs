//! Typed reading of a SAM template, for local-aws and for the tests.
//!
//! ```
//! # fn main() -> Result<(), sam::Error> {
//! let template = sam::Template::parse(
//!     "
//! Resources:
//!   Queue: { Type: AWS::SQS::Queue }
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       CodeUri: ../functions/hello
//!       Environment: { Variables: { QUEUE: !GetAtt Queue.QueueName } }
//! ",
//! )?;
//! let plan = template.plan(&sam::Parameters::new(), &sam::Pseudo::default())?;
//! assert_eq!(plan.order(), ["Queue", "Hello"]);
//!
//! // A deployment resolves one resource after the other, as the values become known.
//! let known = |reference: &sam::Reference| match reference {
//!     sam::Reference::Attribute { attribute, .. } if attribute == "QueueName" => Some("q".into()),
//!     _ => None,
//! };
//! let function = plan.resource("Hello", &known)?.function()?;
//! assert_eq!(function.environment["QUEUE"], "q");
//! # Ok(())
//! # }
//! ```
//!
//! 1. [`Template::parse`] (or [`Template::read`]) turns short forms (`!Ref`) into long ones, folds `Globals` into the functions and refuses what it does not know.
//! 2. [`Template::plan`] takes parameters and pseudo parameters, decides the conditions and puts the
//!    resources in the order of their references.
//! 3. [`Plan::resource`], [`Plan::outputs`] and [`Plan::resolve`] replace every intrinsic function;
//!    the caller says what a resource's `Ref` or `GetAtt` is. [`stand_in`] answers for tests.
//!
//! Every error names the place (`Resources.Predict.Properties.Timeout`) and says what to do.

mod error;
mod function;
mod globals;
mod intrinsics;
mod known;
mod lenient;
mod order;
mod parameters;
mod place;
mod plan;
mod reference;
mod references;
mod resource;
mod rules;
mod settled;
mod template;
mod yaml;

pub use error::Error;
pub use function::{
    AuthType, DeadLetterConfig, EventInvokeConfig, EventRule, EventSource, Function,
    FunctionUrlConfig, RetryPolicy, RuleTarget, Schedule, Trigger,
};
pub use order::Owner;
pub use parameters::{Parameters, Pseudo};
pub use plan::{Plan, Resolved};
pub use reference::{Reference, stand_in};
pub use resource::Resource;
pub use template::Template;
