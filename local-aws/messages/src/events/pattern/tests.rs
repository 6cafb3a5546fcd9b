use super::Pattern;

const EVENT: &str = r#"{"version":"0","source":"aws.s3","detail-type":"Object Created",
    "detail":{"object":{"key":"incoming/a.CSV","size":12},"reason":"PutObject","version-id":null}}"#;

#[test]
fn patterns_match_as_eventbridge_documents_them() {
    let table = [
        (r#"{"source":["aws.s3"]}"#, true),
        (r#"{"source":["aws.sagemaker","aws.s3"]}"#, true),
        (r#"{"source":["aws.s"]}"#, false),
        (
            r#"{"source":["aws.s3"],"detail":{"reason":["CopyObject"]}}"#,
            false,
        ),
        (
            r#"{"detail":{"object":{"key":[{"prefix":"incoming/"}]}}}"#,
            true,
        ),
        (
            r#"{"detail":{"object":{"key":[{"prefix":"outgoing/"}]}}}"#,
            false,
        ),
        (r#"{"detail":{"object":{"key":[{"suffix":".CSV"}]}}}"#, true),
        (
            r#"{"detail":{"object":{"key":[{"wildcard":"incoming/*.CSV"}]}}}"#,
            true,
        ),
        (
            r#"{"detail":{"object":{"key":[{"equals-ignore-case":"INCOMING/A.csv"}]}}}"#,
            true,
        ),
        (
            r#"{"detail":{"reason":[{"anything-but":["PutObject"]}]}}"#,
            false,
        ),
        (
            r#"{"detail":{"reason":[{"anything-but":"CopyObject"}]}}"#,
            true,
        ),
        (
            r#"{"detail":{"object":{"size":[{"numeric":[">",10,"<=",12]}]}}}"#,
            true,
        ),
        (r#"{"detail":{"object":{"size":[12]}}}"#, true),
        (
            r#"{"detail":{"object":{"size":[{"exists":true}],"etag":[{"exists":false}]}}}"#,
            true,
        ),
        (r#"{"detail":{"version-id":[null]}}"#, true),
    ];
    for (pattern, expected) in table {
        let matcher = Pattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(matcher.matches(EVENT), expected, "{pattern}");
    }
}

#[test]
fn what_is_not_honoured_is_named() {
    let table = [
        (r#"{"$or":[{"source":["a"]}]}"#, "$or"),
        (r#"{"source":[{"regexp":"a.*"}]}"#, "regexp"),
        (
            r#"{"source":"aws.s3"}"#,
            "source must be an object or a list",
        ),
        (r#"{"source":[]}"#, "empty list"),
        (
            r#"{"detail":{"a":[{"anything-but":{"prefix":"x"}}]}}"#,
            "anything-but",
        ),
        ("{}", "at least one field"),
        ("[", "not valid"),
    ];
    for (pattern, expected) in table {
        let error = Pattern::parse(pattern)
            .err()
            .unwrap_or_else(|| panic!("{pattern} was accepted"));
        assert!(
            error.message.contains(expected),
            "{pattern}: {}",
            error.message
        );
        assert_eq!(error.code, "InvalidEventPatternException");
    }
}
