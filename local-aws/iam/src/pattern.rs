//! Wildcards of actions, resources and conditions: `*` for any characters, `?` for one.

/// Whether the whole text matches.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut rest) = (0, 0);
    // Where the last `*` stood, and what it has taken so far.
    let mut star = None;
    while rest < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, rest));
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
                let Some((star_at, taken)) = star else {
                    return false;
                };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                rest = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// Whether a resource matches: a wildcard ends at the colon of its part, but for the last part's. Source: the IAM
/// user guide, "Resource", section "Using wildcards in resource ARNs".
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
    fn a_wildcard_of_an_arn_ends_at_the_colon_of_its_part() {
        for (pattern, arn, expected) in [
            ("*", "arn:aws:s3:::b", true),
            ("arn:aws:s3:::b/in/*", "arn:aws:s3:::b/in/a:b/c", true),
            ("arn:aws:s3:::b", "arn:aws:s3:::b/key", false),
            ("arn:*:s3:::b", "arn:aws:s3:::b", true),
            ("arn:aws:sqs:*:1:q", "arn:aws:sqs:us-east-1:1:q", true),
            ("arn:aws:sqs:*:q", "arn:aws:sqs:us-east-1:1:q", false),
            (
                "arn:aws:lambda:r:1:function:*",
                "arn:aws:lambda:r:1:function:f:1",
                true,
            ),
        ] {
            assert_eq!(matches_arn(pattern, arn), expected, "{pattern} {arn}");
        }
    }
}
