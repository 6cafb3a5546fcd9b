use super::Pattern;

const EVENT: &str = r#"{"version":"0","source":"aws.s3","detail-type":"Object Created",
    "detail":{"object":{"key":"incoming/a.CSV","size":12},"reason":"PutObject","version-id":null,"tags":["a","b"]}}"#;

/// A pattern of the key alone.
macro_rules! key {
    ($choice:expr) => {
        concat!(r#"{"detail":{"object":{"key":["#, $choice, "]}}}")
    };
}

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
        (key!(r#"{"anything-but":{"prefix":"incoming/"}}"#), false),
        (key!(r#"{"anything-but":{"prefix":"TEST-"}}"#), true),
        (key!(r#"{"anything-but":{"prefix":["x","in"]}}"#), false),
        (key!(r#"{"anything-but":{"suffix":".CSV"}}"#), false),
        (key!(r#"{"anything-but":{"suffix":[".csv",".png"]}}"#), true),
        (key!(r#"{"anything-but":{"wildcard":"*/a.*"}}"#), false),
        (key!(r#"{"anything-but":{"wildcard":"*/lib/*"}}"#), true),
        (
            key!(r#"{"anything-but":{"equals-ignore-case":"INCOMING/A.csv"}}"#),
            false,
        ),
        (
            key!(r#"{"anything-but":{"equals-ignore-case":"INCOMING"}}"#),
            true,
        ),
        (key!(r#"{"suffix":{"equals-ignore-case":".csv"}}"#), true),
        (key!(r#"{"suffix":{"equals-ignore-case":"_csv"}}"#), false),
        (key!(r#"{"prefix":{"equals-ignore-case":"INCO"}}"#), true),
        (
            key!(r#"{"prefix":{"equals-ignore-case":"ncoming"}}"#),
            false,
        ),
        (
            r#"{"detail":{"etag":[{"anything-but":{"prefix":"x"}}]}}"#,
            false,
        ),
        (
            r#"{"source":["aws.s3"],"detail":{"tags":[{"anything-but":{"prefix":"a"}}]}}"#,
            true,
        ),
        (
            r#"{"source":["other"],"detail":{"tags":[{"anything-but":{"prefix":"a"}}]}}"#,
            false,
        ),
    ];
    for (pattern, expected) in table {
        let matcher = Pattern::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        assert_eq!(matcher.matches(EVENT), expected, "{pattern}");
    }
}

#[test]
fn what_eventbridge_takes_and_local_aws_does_not_is_named_and_never_called_invalid() {
    let table = [
        (r#"{"$or":[{"source":["a"]}]}"#, "$or"),
        (r#"{"source":[{"regexp":"a.*"}]}"#, "regexp"),
        (
            r#"{"source":["a",{"anything-but":{"prefix":"b"}}]}"#,
            "beside other choices",
        ),
    ];
    for (pattern, expected) in table {
        let error = Pattern::parse(pattern).err().unwrap();
        let message = &error.message;
        assert!(
            message.starts_with("local-aws does not honour") && message.contains(expected),
            "{pattern}: {message}"
        );
        assert!(error.unsupported);
    }
}

#[test]
fn a_wrong_pattern_is_called_invalid() {
    let table = [
        (
            r#"{"source":"aws.s3"}"#,
            "source must be an object or a list",
        ),
        (r#"{"source":[]}"#, "empty list"),
        (
            r#"{"detail":{"a":[{"anything-but":{"prefix":1}}]}}"#,
            "prefix",
        ),
        (r#"{"detail":{"a":[{"anything-but":{}}]}}"#, "one operator"),
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

#[test]
fn every_letter_of_a_text_stands_for_itself_in_either_case() {
    let text = r#"aß~.*+?()[]{}|^$\-"/_ é0"#;
    let choice = serde_json::json!({ "suffix": { "equals-ignore-case": text } });
    let pattern = serde_json::json!({ "source": [choice] }).to_string();
    let pattern = Pattern::parse(&pattern).unwrap();
    let matches = |source: String| {
        let event = serde_json::json!({ "source": source });
        pattern.matches(&event.to_string())
    };
    assert!(matches(format!("x{text}")));
    assert!(matches(format!(
        "x{}",
        text.replace('a', "A").replace('é', "É")
    )));
    assert!(!matches(format!("{text}x")));
}
