//! Where Application Auto Scaling here does otherwise than AWS's. SEMANTICS.md is written from it.

use local_core::wire::apis;
use local_core::wire::semantics::{Note, Semantics};

pub(crate) const NOTES: &[Semantics] = &[Semantics {
    api: apis::APPLICATION_AUTO_SCALING.name,
    differs: &[
        "The instances of SageMaker's variants are scaled; the other services, `DesiredProvisionedConcurrency` and inference components are refused by name, and so are step and predictive policies and metrics of one's own.",
        "A decision is made at the end of each minute from the sums of the minutes that have ended: out after 3 above the target, to as many instances as bring the last minute to the target; in after 15 below 90 % of it, by one instance, where the others would have been enough for the busiest of these minutes. AWS says of the amounts only that it scales in conservatively.",
        "After a change a whole minute is measured before the next, also where the cooldown is shorter. A scale-out in the cooldown of another waits, also a larger one. Nothing is decided while an endpoint is updated.",
        "A policy's alarms have the same periods and thresholds, but an alarm's state may come up to a minute before or after the decision, which does not wait for it.",
        "A scheduled action has a `cron(...)` without `L`, `W` and `#`, or an `at(...)`, in UTC: `rate(...)`, other zones, `StartTime` and `EndTime` are refused by name. It is done within a minute; of times missed while local-aws was down, the last. A bound that crosses the other one moves it: AWS does not say.",
        "A count below the minimum or above the maximum is brought back to it within a minute, whoever set it; AWS does so when the target is registered.",
        "A deleted endpoint takes its targets, policies and alarms with it. The activities stay, the newest 100 of a variant.",
    ],
    operations: &[Note::differs(
        "RegisterScalableTarget",
        &[
            "`RoleARN` is without effect, as on AWS for a service with a role of its own; nothing is done in a role's name. `MinCapacity` is at least 1.",
        ],
    )],
}];
