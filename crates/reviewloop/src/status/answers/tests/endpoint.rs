use contracts::deployment::{Deployment, Pin};
use policy::desired;

use super::*;
use crate::evidence::Endpoint;

fn approved(version: i32) -> desired::Package {
    desired::Package {
        version,
        arn: format!("arn/{version}"),
        created: 7,
        approved: true,
    }
}

fn in_service_on(version: i32) -> Facts {
    let deployment = |version: i32| Deployment {
        endpoint_config: format!("config-{version}"),
        model_package_arn: format!("arn/{version}"),
        package_created: 7,
        attempts: 1,
        accepted: true,
        confirmed: true,
        ..Deployment::default()
    };
    Facts {
        endpoint: Some(Endpoint {
            status: "InService".into(),
            config: format!("config-{version}"),
            pending_config: None,
            failure_reason: None,
            variants: Vec::new(),
        }),
        deployments: vec![deployment(1), deployment(2)],
        ..Facts::default()
    }
}

#[test]
fn a_refused_deployment_shows_sagemakers_own_sentence() {
    let mut facts = Facts {
        approved: vec![approved(2), approved(1)],
        ..in_service_on(1)
    };
    facts.deployments[1].stuck = Some("ResourceLimitExceeded: 1 Instances".into());
    let waits = "stuck: ResourceLimitExceeded: 1 Instances";
    check(
        &answer(&facts).endpoint,
        "InService on version 1",
        Some(waits),
    );
    facts.desired_config = Some("config-2".to_owned());
    check(
        &answer(&facts).endpoint,
        "InService on version 1",
        Some(waits),
    );
    // The settings are others now.
    facts.desired_config = Some("config-2-on-another-instance".to_owned());
    let answered = answer(&facts).endpoint;
    let waits_for = answered.waits_for.unwrap_or_default();
    assert!(waits_for.contains("not deployed yet"), "{waits_for}");
}

#[test]
fn the_endpoint_is_measured_against_the_desired_version() {
    let on = |version| Facts {
        approved: vec![approved(2), approved(1)],
        ..in_service_on(version)
    };
    check(&answer(&on(2)).endpoint, "InService on version 2", None);
    check(
        &answer(&on(1)).endpoint,
        "InService on version 1",
        Some("version 2 is approved and not deployed yet"),
    );
    let pinned = Facts {
        pin: Some(Pin {
            version: 1,
            reason: String::new(),
        }),
        ..on(1)
    };
    check(&answer(&pinned).endpoint, "InService on version 1", None);
    let pinned = Facts {
        pin: Some(Pin {
            version: 7,
            reason: String::new(),
        }),
        ..on(1)
    };
    check(
        &answer(&pinned).endpoint,
        "InService",
        Some("pinned to version 7"),
    );
    let mut failed = on(2);
    failed.endpoint = Some(Endpoint {
        status: "Failed".into(),
        config: "config-2".into(),
        pending_config: None,
        failure_reason: Some("/ping did not answer".into()),
        variants: Vec::new(),
    });
    check(
        &answer(&failed).endpoint,
        "Failed on version 2",
        Some("/ping did not answer"),
    );
}

#[test]
fn an_approved_version_is_desired_however_many_versions_came_after_it() {
    let later = (4..24).rev();
    let pending = |version| package(version, "PendingManualApproval", Some("Inconclusive"));
    let mut facts = Facts {
        packages: later.map(pending).collect(),
        approved: vec![approved(2)],
        ..in_service_on(2)
    };
    check(&answer(&facts).endpoint, "InService on version 2", None);
    facts.pin = Some(Pin {
        version: 2,
        reason: String::new(),
    });
    check(&answer(&facts).endpoint, "InService on version 2", None);
}
