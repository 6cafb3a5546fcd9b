use clap::CommandFactory;
use policy::notice::Matter;

use super::*;

fn parse(line: &str) -> Result<Arguments, String> {
    Arguments::try_parse_from(line.split_whitespace()).map_err(|error| error.to_string())
}

#[test]
fn the_definition_is_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn demo_takes_what_the_interface_promises() {
    let line = "reviewloop demo --data r.csv --pretrained bert --state s --port 7000 --reviewers browser --json";
    let arguments = parse(line).expect("a valid line");
    assert!(arguments.json);
    let Command::Demo(demo) = arguments.command else {
        panic!("not a demo")
    };
    assert_eq!(demo.data.as_deref(), Some("r.csv".as_ref()));
    assert_eq!(demo.pretrained.as_deref(), Some("bert".as_ref()));
    assert_eq!(demo.state.as_deref(), Some("s".as_ref()));
    assert_eq!((demo.port, demo.reviewers), (7000, Reviewers::Browser));
}

#[test]
fn an_upload_has_labels_or_has_none_and_replaces_nothing_then() {
    for line in [
        "reviewloop upload --unlabelled r.csv",
        "reviewloop upload --replace r.csv",
        "reviewloop labels --output l.manifest",
    ] {
        assert!(parse(line).is_ok(), "{line}");
    }
    assert!(parse("reviewloop upload --unlabelled --replace r.csv").is_err());
    assert!(parse("reviewloop labels").is_err());
}

#[test]
fn how_a_file_is_read_needs_a_file() {
    assert!(parse("reviewloop demo --text-column Complaint").is_err());
    let line = "reviewloop demo --data c.csv --text-column Complaint --label-column Product --map 1=a,2=b --map 3=b";
    let Command::Demo(demo) = parse(line).expect("valid").command else {
        panic!("not a demo")
    };
    assert_eq!(demo.columns.pairs().len(), 3);
    let line = "reviewloop demo --data c.csv --text-column Title,Text";
    let Command::Demo(demo) = parse(line).expect("valid").command else {
        panic!("not a demo")
    };
    let names = ["Title", "Text"].map(str::to_owned);
    assert_eq!(demo.columns.text, Some(Listed(names.into())));
}

#[test]
fn the_help_states_the_simulated_workers_true_rate_of_errors() {
    let mut command = Arguments::command();
    let demo = command.find_subcommand_mut("demo").expect("a command");
    let help = demo.render_long_help().to_string();
    let rate = format!(
        "with {:.0} % wrong answers",
        crate::demo::ERROR_RATE * 100.0
    );
    assert!(help.contains(&rate), "{help}");
}

#[test]
fn json_may_stand_before_or_after_the_command() {
    assert!(parse("reviewloop --json status").expect("valid").json);
    assert!(parse("reviewloop status --json").expect("valid").json);
}

#[test]
fn start_takes_parameters_and_refuses_those_that_are_not_a_persons_to_set() {
    let arguments = parse("reviewloop start --parameter Epochs=4 --parameter A=b=c");
    let Command::Start(start) = arguments.expect("valid").command else {
        panic!("not a start")
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(start.parameters, [pair("Epochs", "4"), pair("A", "b=c")]);
    let refused = parse("reviewloop start --parameter ChampionModel=s3://b/m");
    assert!(
        refused
            .expect_err("reserved")
            .contains("is set by start-pipeline")
    );
    assert!(parse("reviewloop start --parameter Epochs").is_err());
}

#[test]
fn a_decision_needs_a_version_and_a_reason() {
    assert!(parse("reviewloop approve 3 --reason better").is_ok());
    assert!(parse("reviewloop approve 0 --reason better").is_err());
    assert!(parse("reviewloop reject 3").is_err());
}

#[test]
fn predict_takes_texts_or_a_file_and_not_both() {
    assert!(parse("reviewloop predict good bad").is_ok());
    assert!(parse("reviewloop predict --file t.txt").is_ok());
    assert!(parse("reviewloop predict good --file t.txt").is_err());
    assert!(parse("reviewloop predict --field Title=a --field Text=b").is_ok());
    assert!(parse("reviewloop predict good --field Title=a").is_err());
    assert!(parse("reviewloop predict").is_err());
}

#[test]
fn feedback_takes_a_reward_or_truths_of_an_answer() {
    let arguments = parse("reviewloop feedback 019acd --truth -1 --truth - --truth 0");
    let Command::Feedback(feedback) = arguments.expect("valid").command else {
        panic!("no feedback")
    };
    assert_eq!(feedback.truths, ["-1", "-", "0"]);
    assert!(parse("reviewloop feedback 019acd --reward 0").is_ok());
    // record-feedback says why not.
    assert!(parse("reviewloop feedback 019acd --reward -1").is_ok());
    assert!(parse("reviewloop feedback 019acd").is_err());
    assert!(parse("reviewloop feedback --reward 1").is_err());
}

#[test]
fn tune_takes_names_with_and_without_ranges_and_refuses_a_wrong_one() {
    let typed =
        "reviewloop tune --parameter c --parameter min_count=1:5 --strategy random --adopt always";
    let Command::Tune(tune) = parse(typed).expect("valid").command else {
        panic!("no tune")
    };
    let pair = |name: &str, range: &str| (name.to_owned(), range.to_owned());
    assert_eq!(tune.parameters, [pair("c", ""), pair("min_count", "1:5")]);
    for wrong in [
        "--parameter c=5:1",
        "--parameter c=",
        "--parameter =1:5",
        "--jobs 0",
        "--strategy grid",
        "--no-wait --page tune.html",
    ] {
        assert!(
            parse(&format!("reviewloop tune {wrong}")).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn down_deletes_a_stack_in_an_account_only_where_the_account_is_named() {
    assert!(parse("reviewloop down").is_ok());
    assert!(parse("reviewloop down --account 123456789012 --yes").is_ok());
    assert!(parse("reviewloop down --yes").is_err());
    assert!(parse("reviewloop down --account 1234").is_err());
    assert!(parse("reviewloop down --account 123456789012 --state s").is_err());
    assert!(parse("reviewloop down --state s").is_ok());
}

/// Each kind of matter after another: a new one does not compile before it stands here.
fn after(matter: Option<&Matter>) -> Option<Matter> {
    let reason = || "why".to_owned();
    let version = 3;
    Some(match matter {
        None => Matter::Undecided {
            version,
            passed: true,
        },
        Some(Matter::Undecided { .. }) => Matter::Compared {
            version,
            reason: reason(),
        },
        Some(Matter::Compared { .. }) => Matter::Waits {
            version,
            reason: reason(),
        },
        Some(Matter::Waits { .. }) => Matter::Run {
            version: 3,
            attempt: 1,
            reason: reason(),
        },
        Some(Matter::Run { .. }) => Matter::Study {
            study: "3-abcdef".to_owned(),
            reason: reason(),
            // As `policy::tuning::command` writes it.
            command: "reviewloop tune --jobs 4 --parallel 2 --strategy Hyperband --parameter epochs=2:6 --adopt always"
                .to_owned(),
        },
        Some(Matter::Study { .. }) => Matter::EnoughRuns {
            version: 2,
            runs: 12,
        },
        Some(Matter::EnoughRuns { .. }) => Matter::Held {
            version: 4,
            key: "incoming/women clothing.csv".to_owned(),
            violations: Vec::new(),
        },
        Some(Matter::Held { .. }) => Matter::Execution {
            id: "k3jx5c0q2f7d".to_owned(),
            reason: reason(),
        },
        Some(Matter::Execution { .. }) => Matter::Orphan {
            id: "k3jx5c0q2f7d".to_owned(),
        },
        Some(Matter::Orphan { .. }) => Matter::Deployment {
            version,
            reason: reason(),
        },
        Some(Matter::Deployment { .. }) => Matter::Paused {
            version,
            reason: reason(),
        },
        Some(Matter::Paused { .. }) => Matter::Endpoint { reason: reason() },
        Some(Matter::Endpoint { .. }) => Matter::Pin { version },
        Some(Matter::Pin { .. }) => Matter::Withdrawn {
            version,
            mark: reason(),
        },
        Some(Matter::Withdrawn { .. }) => Matter::Upload {
            key: "incoming/women clothing.csv".to_owned(),
        },
        Some(Matter::Upload { .. }) => Matter::HumanLoop {
            name: "a-b".to_owned(),
            reason: reason(),
        },
        Some(Matter::HumanLoop { .. }) => Matter::Reviews {
            open: 37,
            waited: std::time::Duration::from_secs(2 * 24 * 3600),
        },
        Some(Matter::Reviews { .. }) => return None,
    })
}

/// What the notices tell people to type, for a stack of another name too.
#[test]
fn every_command_of_a_notice_is_one() {
    let matters = std::iter::successors(after(None), |matter| after(Some(matter)));
    for matter in matters {
        for stack in ["reviewloop", "mine"] {
            let commands = matter.commands(stack);
            assert!(!commands.is_empty(), "{matter:?}");
            for command in commands {
                let arguments =
                    parse(&command).unwrap_or_else(|error| panic!("{command}: {error}"));
                assert_eq!(arguments.stack, stack, "{command}");
            }
        }
    }
}

#[test]
fn every_alarm_names_a_command() {
    let template = include_str!("../../../../infra/template.yaml");
    let descriptions: Vec<&str> = template
        .lines()
        .filter_map(|line| line.trim().strip_prefix("AlarmDescription: !Sub "))
        .collect();
    assert_eq!(
        descriptions.len(),
        template.matches("AWS::CloudWatch::Alarm").count()
    );
    for description in descriptions {
        let (_, command) = description.split_once(" -> ").expect(description);
        let command = command.replace("${AWS::StackName}", "mine");
        let arguments = parse(&command).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert_eq!(arguments.stack, "mine");
    }
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_the_work() {
    for line in [
        "reviewloop tune --page nowhere/tune.html",
        "reviewloop automl --page .",
        "reviewloop report --output nowhere/report.html",
        "reviewloop labels --output nowhere/labels.manifest",
    ] {
        let refused = parse(line).expect_err(line);
        assert!(
            refused.contains("there is no folder nowhere") || refused.contains("it is a folder"),
            "{refused}"
        );
    }
    for line in [
        "reviewloop report --output -",
        "reviewloop tune --page t.html",
    ] {
        assert!(parse(line).is_ok(), "{line}");
    }
}
