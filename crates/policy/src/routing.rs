//! How requests move to the instances of a new champion: SageMaker's blue/green deployment.

use std::str::FromStr;

/// Written `all-at-once`, `canary:<percent>@<seconds>` or `linear:<percent>@<seconds>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Routing {
    AllAtOnce,
    /// One share of the new instances, and after the wait all of them.
    Canary(Part),
    /// A share after another, with a wait behind each.
    Linear(Part),
}

/// A share of the new instances, and how long they are watched before the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub percent: u8,
    pub seconds: u32,
}

/// SageMaker's bounds of a linear step; a canary has the same upper one.
const PERCENT: std::ops::RangeInclusive<u8> = 10..=50;

/// Ten steps of it are within the two hours after which an update counts as stuck.
const MOST_SECONDS: u32 = 600;

impl FromStr for Routing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{text:?} is not all-at-once, canary:<percent>@<seconds> or linear:<percent>@<seconds>, of 10 to 50 % and at most {MOST_SECONDS} seconds"
            )
        };
        if text == "all-at-once" {
            return Ok(Self::AllAtOnce);
        }
        let (kind, part) = text.split_once(':').ok_or_else(wrong)?;
        let (percent, seconds) = part.split_once('@').ok_or_else(wrong)?;
        let part = Part {
            percent: percent.parse().map_err(|_| wrong())?,
            seconds: seconds.parse().map_err(|_| wrong())?,
        };
        if !PERCENT.contains(&part.percent) || part.seconds > MOST_SECONDS {
            return Err(wrong());
        }
        match kind {
            "canary" => Ok(Self::Canary(part)),
            "linear" => Ok(Self::Linear(part)),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_templates_texts_are_read() {
        let part = |percent, seconds| Part { percent, seconds };
        for (text, routing) in [
            ("all-at-once", Routing::AllAtOnce),
            ("canary:25@300", Routing::Canary(part(25, 300))),
            ("linear:10@0", Routing::Linear(part(10, 0))),
        ] {
            assert_eq!(text.parse(), Ok(routing));
        }
    }

    #[test]
    fn another_one_is_refused_by_its_text() {
        for text in [
            "",
            "canary",
            "canary:25",
            "canary:60@300",
            "linear:9@300",
            "linear:25@-1",
            "linear:25@601",
            "rolling:25@300",
        ] {
            let refused = text.parse::<Routing>().unwrap_err();
            assert!(refused.contains(&format!("{text:?}")), "{refused}");
        }
    }
}
