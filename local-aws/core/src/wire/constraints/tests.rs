use serde_json::{Value, json};

use super::{Constraint, Constraints, Rule, check, set};
use crate::cloud::Cloud;
use crate::settings::Settings;

const TABLE: &[Constraint] = crate::constraints! {
    "Create" {
        "Name": Rule::Pattern("[a-z]{1,5}");
        "Channels": Rule::Items(1, 2);
        "Channels[].ChannelName": Rule::Length(1, 4);
        "Environment{key}": Rule::Pattern("[A-Z]+");
        "Environment{}": Rule::Length(0, 3);
        "Stop.MaxRuntimeInSeconds": Rule::Range(1, 60);
        "Mode": Rule::OneOf(&["File", "Pipe"]);
        "Password": Rule::Hidden(&Rule::Pattern(r"[\S]+"));
    }
};

fn refusal(members: &Value) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let cloud = Cloud::open(Settings::new(folder.path())).unwrap();
    let code = "InvalidParameterException";
    let table = TABLE.into();
    set(&cloud, [Constraints { code, table }]);
    let error = check(&cloud, "Create", members).err()?;
    assert_eq!((error.status, error.code.as_str()), (400, code));
    Some(error.message)
}

#[test]
fn members_within_their_limits_and_absent_ones_pass() {
    assert_eq!(refusal(&json!({})), None);
    let all = json!({
        "Name": "abc", "Channels": [{"ChannelName": "test"}], "Environment": {"A": "1"},
        "Stop": {"MaxRuntimeInSeconds": 60}, "Mode": "Pipe",
    });
    assert_eq!(refusal(&all), None);
}

#[test]
fn a_member_outside_its_limits_is_refused_in_awss_words() {
    for (members, at) in [
        (json!({"Name": "abcdef"}), "Value 'abcdef' at 'name'"),
        (json!({"Name": "a\nb"}), "Value 'a\nb' at 'name'"),
        (json!({"Channels": []}), "Value '[]' at 'channels'"),
        (
            json!({"Channels": [{"ChannelName": "a"}, {"ChannelName": "/tmp/x"}]}),
            "Value '/tmp/x' at 'channels.2.member.channelName'",
        ),
        (
            json!({"Environment": {"a=b": "1"}}),
            "Value 'a=b' at 'environment'",
        ),
        (
            json!({"Environment": {"A": "1234"}}),
            "Value '1234' at 'environment.A.member'",
        ),
        (
            json!({"Stop": {"MaxRuntimeInSeconds": 0}}),
            "Value '0' at 'stop.maxRuntimeInSeconds'",
        ),
        (json!({"Stop": {"MaxRuntimeInSeconds": "61"}}), "Value '61'"),
        (json!({"Mode": "Fast"}), "Value 'Fast' at 'mode'"),
    ] {
        let refused = refusal(&members).unwrap();
        assert!(
            refused.starts_with("1 validation error detected: "),
            "{refused}"
        );
        assert!(refused.contains(at), "{refused}");
        assert!(refused.contains("failed to satisfy constraint: Member must "));
    }
    let ends = refusal(&json!({"Stop": {"MaxRuntimeInSeconds": 61}})).unwrap();
    assert!(
        ends.ends_with("Member must have value less than or equal to 60"),
        "{ends}"
    );
}

#[test]
fn all_broken_constraints_are_said_at_once() {
    let refused = refusal(&json!({"Name": "ABC", "Mode": "Fast"})).unwrap();
    assert!(
        refused.starts_with("2 validation errors detected: "),
        "{refused}"
    );
}

#[test]
fn a_secret_that_breaks_a_constraint_is_not_repeated() {
    let refused = refusal(&json!({"Password": "with blank"})).unwrap();
    assert_eq!(
        refused,
        "1 validation error detected: Value at 'password' failed to satisfy constraint: Member \
         must satisfy regular expression pattern: [\\S]+"
    );
    assert_eq!(refusal(&json!({"Password": "without"})), None);
}
