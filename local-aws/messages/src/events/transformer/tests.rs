use serde_json::json;

use super::*;

const RULE: &str = "arn:aws:events:us-east-1:123456789012:rule/example";

fn transformer(paths: &[(&str, &str)], template: &str) -> InputTransformer {
    let paths = paths.iter();
    InputTransformer {
        input_paths_map: paths
            .map(|(name, path)| ((*name).to_owned(), (*path).to_owned()))
            .collect(),
        input_template: template.to_owned(),
    }
}

/// The user guide's event and variables.
fn transformed(template: &str) -> String {
    let event = json!({
        "time": "2015-11-11T21:29:54Z",
        "resources": ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"],
        "detail": { "instance-id": "i-0123456789", "state": "RUNNING", "count": 9 },
    });
    let paths = [
        ("timestamp", "$.time"),
        ("instance", "$.detail.instance-id"),
        ("state", "$.detail.state"),
        ("count", "$.detail.count"),
        ("resource", "$.resources[0]"),
        ("missing", "$.detail.nothing.there"),
    ];
    let transformer = transformer(&paths, template);
    transformer.check().unwrap();
    transformer.transform(&event.to_string(), RULE, "2015-11-11T21:29:55Z")
}

#[test]
fn templates_of_the_user_guide_come_to_its_outputs() {
    for (template, output) in [
        (
            r#""instance <instance> is in <state>""#,
            r#""instance i-0123456789 is in RUNNING""#,
        ),
        (
            r#"{ "instance" : <instance>, "state": <state> }"#,
            r#"{"instance":"i-0123456789","state":"RUNNING"}"#,
        ),
        (
            r#"{ "instance": <instance>, "state": "<state>", "s": "instance \"<instance>\" is in <state>" }"#,
            r#"{"instance":"i-0123456789","state":"RUNNING","s":"instance \"i-0123456789\" is in RUNNING"}"#,
        ),
        (
            r#"{ "state": [ 9, <state>, true ], "Transformed" : "Yes" }"#,
            r#"{"state":[9,"RUNNING",true],"Transformed":"Yes"}"#,
        ),
        (
            r#"{ "ruleArn": <aws.events.rule-arn>, "ruleName": "<aws.events.rule-name>" }"#,
            r#"{"ruleArn":"arn:aws:events:us-east-1:123456789012:rule/example","ruleName":"example"}"#,
        ),
        (
            r#"{"n": <count>, "r": <resource>}"#,
            r#"{"n":9,"r":"arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111"}"#,
        ),
        (r#""<count> of <missing>.""#, r#""9 of .""#),
        (r#""a < b > <state>""#, r#""a < b > RUNNING""#),
        ("\"<state>\"\n\"<count>\"", "\"RUNNING\"\n\"9\""),
    ] {
        assert_eq!(transformed(template), output, "{template}");
    }
}

#[test]
fn a_value_inside_a_string_is_not_escaped() {
    let transformer = transformer(&[("x", "$.x")], r#""<x>""#);
    let event = json!({ "x": "say \"no\"" }).to_string();
    assert_eq!(transformer.transform(&event, RULE, ""), r#""say "no"""#);
}

#[test]
fn what_eventbridge_does_not_take_is_refused_when_the_target_is_put() {
    for (paths, template) in [
        (&[("aws.mine", "$.x")][..], r#""<aws.mine>""#),
        (&[("x", "$.detail[*]")], r#""<x>""#),
        (&[("x", "detail.x")], r#""<x>""#),
        (&[("x", "$.a[0")], r#""<x>""#),
        (&[("x", "$.a[0]b]")], r#""<x>""#),
        (&[("x", "$.a[+1]")], r#""<x>""#),
        (&[], r#""<x>""#),
        (&[("x", "$.x")], "<x> without quotes"),
        (&[("x", "$.x")], r#"{"x": <x>"#),
    ] {
        let refused = transformer(paths, template).check().unwrap_err();
        assert_eq!(refused.code, "ValidationException", "{template}");
    }
}
