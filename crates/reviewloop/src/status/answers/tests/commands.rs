use ::rollout::End;
use contracts::evaluation::Interval;
use contracts::features::Export;

use super::*;
use crate::status::facts::{Labelling, Loops, Request};

/// All that may wait for a person, in a stack of this name.
fn waiting(stack: &str) -> Facts {
    let stuck = RunState::Stuck {
        reason: "no rows".into(),
    };
    let comparison = fixture::rollout(&[(5, 92, 3)]);
    let challenger = comparison.challenger.clone();
    let interval = Interval {
        low: 0.6,
        high: 0.8,
    };
    Facts {
        stack: Stack {
            name: stack.into(),
            ..Stack::default()
        },
        newest: Some(manifest(1)),
        rejected: Some(Rejected {
            key: "incoming/a.csv".into(),
            reason: "one label".into(),
        }),
        run: Some(run(1, stuck, None)),
        packages: vec![Package {
            arn: challenger.arn,
            created: challenger.created,
            ..package(3, "PendingManualApproval", Some("Inconclusive"))
        }],
        rollout: Some(comparison),
        features: Some(Export {
            version: 2,
            job: "job".into(),
            rows: 900,
            written: 893,
            deleted: 0,
            failed: 7,
        }),
        loops: Loops {
            labelling: Some(Labelling {
                alpha: 0.714,
                interval,
                suspects: 1,
            }),
            ..Loops::default()
        },
        requests: vec![Request {
            file: "incoming/unlabelled/r.csv".into(),
            progress: Err("the file is empty".into()),
        }],
        ..Facts::default()
    }
}

fn reasons(facts: &Facts) -> Vec<String> {
    let status = answer(facts);
    let always = [
        status.datasets,
        status.runs,
        status.models,
        status.human_loops,
    ];
    let sometimes = [status.rollout, status.features, status.unlabelled];
    let answers = always.into_iter().chain(sometimes.into_iter().flatten());
    answers.filter_map(|answer| answer.waits_for).collect()
}

#[test]
fn every_command_names_the_stack_unless_it_is_the_default_one() {
    let compared = waiting("mine");
    let mut decided = compared.clone();
    decided.rollout = decided.rollout.map(|comparison| {
        let at = comparison.started_at;
        comparison.ended(End::Promoted, "why".to_owned(), at)
    });
    let held = Facts {
        held: vec![Held {
            version: 3,
            source_key: "incoming/b.csv".into(),
            source_etag: String::new(),
            violations: Vec::new(),
        }],
        ..compared.clone()
    };
    let empty = Facts {
        stack: compared.stack.clone(),
        ..Facts::default()
    };
    for mut facts in [compared, decided, held, empty] {
        let told = reasons(&facts).join("\n");
        let commands = told.matches("reviewloop ").count();
        assert!(commands > 0, "{told}");
        assert_eq!(told.matches(" --stack mine").count(), commands, "{told}");
        facts.stack = Stack::default();
        assert_eq!(
            reasons(&facts).join("\n"),
            told.replace(" --stack mine", "")
        );
    }
}

#[test]
fn a_stuck_run_and_a_version_that_is_compared_name_commands_that_can_be_copied() {
    let status = answer(&waiting("mine"));
    check(
        &status.runs,
        "stuck",
        Some("no rows; once that is mended: reviewloop start --stack mine"),
    );
    check(
        &status.models,
        "version 3",
        Some("on labels of the audit (reviewloop watch --stack mine); a person may decide before"),
    );
}
