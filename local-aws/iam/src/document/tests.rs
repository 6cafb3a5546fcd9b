use serde_json::json;

use super::*;

#[test]
fn a_part_that_is_not_evaluated_is_refused_by_its_name() {
    let allow = |more: Value| {
        let mut statement = json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
        let statement_members = statement.as_object_mut().unwrap();
        statement_members.extend(more.as_object().unwrap().clone());
        Policy::read(&json!({ "Statement": statement }))
    };
    allow(json!({})).unwrap();
    for (more, name) in [
        (json!({ "NotResource": "*" }), "NotResource"),
        (json!({ "NotAction": "s3:*" }), "NotAction"),
        (json!({ "Sids": "a" }), "Sids"),
        (
            json!({ "Resource": "arn:aws:s3:::${aws:username}" }),
            "${aws:username}",
        ),
        (
            json!({ "Condition": { "IpAddress": { "aws:SourceIp": "::1" } } }),
            "IpAddress",
        ),
        (json!({ "Principal": { "Federated": "x" } }), "Federated"),
    ] {
        let refused = allow(more).unwrap_err();
        assert!(refused.contains(name), "{refused}");
    }
}

#[test]
fn a_document_of_another_side_is_refused() {
    let service = json!({ "Service": "lambda.amazonaws.com" });
    for (more, sides) in [
        (json!({ "Resource": "*" }), [true, false, false]),
        (
            json!({ "Resource": "*", "Principal": service }),
            [false, true, false],
        ),
        (json!({ "Principal": service }), [false, false, true]),
        (json!({}), [false, false, false]),
    ] {
        let mut statement = json!({ "Effect": "Allow", "Action": "sts:AssumeRole" });
        let members = statement.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        let policy = Policy::read(&json!({ "Statement": [statement] })).unwrap();
        let accepted = [Side::Identity, Side::Resource, Side::Trust];
        let accepted = accepted.map(|side| policy.check(side).is_ok());
        assert_eq!(accepted, sides, "{more}");
    }
}
