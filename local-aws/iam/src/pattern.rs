//! Wildcards of actions, resources and conditions: `*` for any characters, `?` for one.

/// Whether the whole text matches.
pub fn matches(pattern: &str, text: &str) -> bool {
    glob(pattern, text, |_| true)
}

/// Whether a resource matches: a `*` within a part of the ARN ends at the part's colon, one that ends a part does not,
/// and the last part, which is the resource, has no colon of its own. An ARN with fewer than six parts goes on with
/// `*`. Source: the IAM user guide, "IAM JSON policy elements: Resource", "Using wildcards in resource ARNs".
pub fn matches_resource(pattern: &str, arn: &str) -> bool {
    let missing = 6_usize.saturating_sub(pattern.split(':').count());
    let pattern = match pattern {
        "*" => pattern.to_owned(),
        _ => format!("{pattern}{}", ":*".repeat(missing)),
    };
    let resource = pattern.match_indices(':').nth(4);
    let resource = resource.map_or(0, |(colon, _)| colon);
    let crosses = |star: usize| {
        let ends_its_part = matches!(pattern.as_bytes().get(star + 1), None | Some(b':'));
        ends_its_part || star > resource
    };
    glob(&pattern, arn, crosses)
}

/// `crosses` says of the position of a `*` whether it takes colons.
fn glob(pattern: &str, text: &str, crosses: impl Fn(usize) -> bool) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut rest) = (0, 0);
    // Where each `*` stood, and the end of what it has taken so far. The last one takes more until a colon stops it.
    let mut stars = Vec::new();
    while rest < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                stars.push((at, rest));
                at += 1;
            }
            Some(b'?') => {
                at += 1;
                // One character, not one byte of it.
                rest += 1;
                while text.get(rest).is_some_and(|byte| byte & 0xC0 == 0x80) {
                    rest += 1;
                }
            }
            Some(byte) if *byte == text[rest] => {
                at += 1;
                rest += 1;
            }
            _ => {
                stars.truncate(
                    stars
                        .iter()
                        .rposition(|(star, taken)| text[*taken] != b':' || crosses(*star))
                        .map_or(0, |last| last + 1),
                );
                let Some((star, taken)) = stars.last_mut() else {
                    return false;
                };
                *taken += 1;
                (at, rest) = (*star + 1, *taken);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Whether an ARN of a condition matches: each of its six parts by itself. Source: the IAM user guide, "IAM JSON policy
/// elements: Condition operators", "Amazon Resource Name (ARN) condition operators".
pub fn matches_arn(pattern: &str, arn: &str) -> bool {
    if pattern == "*" || pattern == arn {
        return true;
    }
    let parts = |text| str::splitn(text, 6, ':');
    parts(pattern).count() == parts(arn).count()
        && parts(pattern)
            .zip(parts(arn))
            .all(|(pattern, part)| matches(pattern, part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_takes_any_characters_and_a_question_mark_takes_one() {
        for (pattern, text, expected) in [
            ("s3:*", "s3:GetObject", true),
            ("s3:Get*", "s3:PutObject", false),
            ("*-review", "reviewloop-review", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b-d", false),
            ("a?c", "abc", true),
            ("a?c", "aéc", true),
            ("a?c", "ac", false),
            ("", "", true),
            ("*", "", true),
            ("a", "", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn only_a_resources_wildcard_that_ends_its_part_goes_beyond_the_colon() {
        // As a resource, and as an ARN of a condition.
        for (pattern, arn, expected) in [
            ("*", "arn:aws:s3:::b", [true, true]),
            (
                "arn:aws:s3:::b/in/*",
                "arn:aws:s3:::b/in/a:b/c",
                [true, true],
            ),
            ("arn:aws:s3:::b/*c", "arn:aws:s3:::b/in/a:b/c", [true, true]),
            ("arn:aws:s3:::b", "arn:aws:s3:::b/key", [false, false]),
            ("arn:*:s3:::b", "arn:aws:s3:::b", [true, true]),
            ("arn:a*s:s3:::b", "arn:aws:s3:::b", [true, true]),
            (
                "arn:aws:sqs:*:1:q",
                "arn:aws:sqs:us-east-1:1:q",
                [true, true],
            ),
            (
                "arn:aws:sqs:*:q",
                "arn:aws:sqs:us-east-1:1:q",
                [false, false],
            ),
            ("arn:aws:sqs:*", "arn:aws:sqs:us-east-1:1:q", [true, false]),
            ("arn:aws:sqs", "arn:aws:sqs:us-east-1:1:q", [true, false]),
            (
                "arn:aws:sqs:u*t:q",
                "arn:aws:sqs:us-east-1:1:q",
                [false, false],
            ),
            ("arn:aws:*:u*t:1:q", "arn:aws:x:u:y:ut:1:q", [true, false]),
            (
                "arn:aws:lambda:r:1:function:*",
                "arn:aws:lambda:r:1:function:f:1",
                [true, true],
            ),
        ] {
            let matches = [matches_resource(pattern, arn), matches_arn(pattern, arn)];
            assert_eq!(matches, expected, "{pattern} {arn}");
        }
    }
}
