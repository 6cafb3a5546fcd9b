//! Amazon Resource Names.

use std::fmt;

use crate::account::ACCOUNT;

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, read from a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    pub partition: &'a str,
    pub service: &'a str,
    /// Empty for a resource without a region, as a bucket.
    pub region: &'a str,
    pub account: &'a str,
    /// `function:f`, `pipeline/p`, a queue's bare name.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next().filter(|resource| !resource.is_empty())?,
        })
    }

    /// What follows a resource's kind: `f` in `function:f`, `p` in `pipeline/p`.
    pub fn name(self, kind: &str) -> Option<&'a str> {
        self.resource.strip_prefix(kind)?.strip_prefix([':', '/'])
    }

    pub fn is_of_this_account(self) -> bool {
        self.account == ACCOUNT
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::Arn;

    #[test]
    fn an_arn_is_read_and_written_as_it_stands() {
        let text = "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST";
        let arn = Arn::parse(text).unwrap();
        assert_eq!(arn.to_string(), text);
        assert_eq!((arn.service, arn.region), ("lambda", "us-east-1"));
        assert_eq!(arn.name("function"), Some("f:$LATEST"));
        assert_eq!(arn.name("func"), None);
        assert!(arn.is_of_this_account());
        let bucket = Arn::parse("arn:aws:s3:::data").unwrap();
        assert_eq!((bucket.region, bucket.resource), ("", "data"));
        for none in [
            "",
            "f",
            "arn:aws:sqs:us-east-1:1",
            "arn:aws:sqs:us-east-1:1:",
        ] {
            assert_eq!(Arn::parse(none), None, "{none}");
        }
    }
}
