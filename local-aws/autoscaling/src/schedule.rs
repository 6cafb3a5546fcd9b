//! When a scheduled action is due: `cron(…)` and `at(…)`, in UTC.
//!
//! Source: the Application Auto Scaling user guide, "Schedule recurring scaling actions using cron expressions".

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use local_core::wire::AwsError;
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime, Time};

#[derive(Debug)]
pub enum Schedule {
    At(OffsetDateTime),
    Cron(Cron),
}

/// The numbers that each field allows; one of the two kinds of days is `?`.
#[derive(Debug)]
pub struct Cron {
    minutes: BTreeSet<u16>,
    hours: BTreeSet<u16>,
    days: Option<BTreeSet<u16>>,
    months: BTreeSet<u16>,
    /// From 1, which is Sunday.
    weekdays: Option<BTreeSet<u16>>,
    years: BTreeSet<u16>,
}

const MONTHS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A process that was down for longer has missed what was due before.
const LONGEST_DAYS: u16 = 366;

impl Schedule {
    pub fn read(expression: &str) -> Result<Self, AwsError> {
        let inside = |kind: &str| {
            let rest = expression.strip_prefix(kind)?.strip_prefix('(')?;
            rest.strip_suffix(')')
        };
        let schedule = if let Some(time) = inside("at") {
            let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
            let time = PrimitiveDateTime::parse(time, format).ok();
            time.map(|time| Schedule::At(time.assume_utc()))
        } else if let Some(fields) = inside("cron") {
            Cron::read(fields)?.map(Schedule::Cron)
        } else if inside("rate").is_some() {
            return Err(AwsError::unsupported(format!(
                "local-aws's scheduled actions have a cron(...) or an at(...): it does not honour {expression}"
            )));
        } else {
            None
        };
        schedule.ok_or_else(|| AwsError::validation(format!("Invalid schedule: {expression}")))
    }

    /// The last time that it was due, after one moment and until another.
    pub fn due(&self, after: OffsetDateTime, until: OffsetDateTime) -> Option<OffsetDateTime> {
        let is_between = |time: &OffsetDateTime| after < *time && *time <= until;
        match self {
            Schedule::At(time) => Some(*time).filter(is_between),
            Schedule::Cron(cron) => {
                let days = (0..LONGEST_DAYS).map(|back| until.date() - Duration::days(back.into()));
                let days = days.take_while(|day| after.date() <= *day);
                let mut times = days.filter_map(|day| cron.last_of(day, until));
                times.next().filter(is_between)
            }
        }
    }
}

impl Cron {
    /// `None` where it cannot be read.
    fn read(text: &str) -> Result<Option<Self>, AwsError> {
        // The last day, the nearest working day, the second Monday.
        let days = text
            .split(' ')
            .enumerate()
            .filter(|(place, _)| matches!(place, 2 | 4));
        for (_, field) in days {
            let is_special = field.contains('#') || field.ends_with('L') || field.ends_with('W');
            if is_special {
                return Err(AwsError::unsupported(format!(
                    "local-aws's scheduled actions do not honour {field} in cron({text})"
                )));
            }
        }
        Ok(Self::fields(text))
    }

    fn fields(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split(' ').collect();
        let [minutes, hours, day, months, weekday, years] = fields[..] else {
            return None;
        };
        // "You can't specify the Day-of-month and Day-of-week fields in the same cron expression."
        if (day == "?") == (weekday == "?") {
            return None;
        }
        let or_any = |text, range, names| match text {
            "?" => Some(None),
            text => field(text, range, names).map(Some),
        };
        Some(Self {
            minutes: field(minutes, 0..=59, &[])?,
            hours: field(hours, 0..=23, &[])?,
            days: or_any(day, 1..=31, &[])?,
            months: field(months, 1..=12, MONTHS)?,
            weekdays: or_any(weekday, 1..=7, WEEKDAYS)?,
            years: field(years, 1970..=2199, &[])?,
        })
    }

    /// The last time of a day that is not later than this.
    fn last_of(&self, day: Date, until: OffsetDateTime) -> Option<OffsetDateTime> {
        let has = |set: &Option<BTreeSet<u16>>, number: u8| {
            set.as_ref().is_none_or(|set| set.contains(&number.into()))
        };
        let year = u16::try_from(day.year()).ok()?;
        let is_one = self.years.contains(&year)
            && self.months.contains(&u8::from(day.month()).into())
            && has(&self.days, day.day())
            && has(&self.weekdays, day.weekday().number_days_from_sunday() + 1);
        if !is_one {
            return None;
        }
        let hours = self.hours.iter().rev();
        let mut times = hours.flat_map(|hour| {
            let minutes = self.minutes.iter().rev();
            minutes.filter_map(|minute| {
                let time = Time::from_hms((*hour).try_into().ok()?, (*minute).try_into().ok()?, 0);
                Some(day.with_time(time.ok()?).assume_utc())
            })
        });
        times.find(|time| *time <= until)
    }
}

/// `*`, numbers, names, ranges, steps, and lists of them.
fn field(text: &str, range: RangeInclusive<u16>, names: &[&str]) -> Option<BTreeSet<u16>> {
    let number = |text: &str| {
        let named = names
            .iter()
            .zip(*range.start()..)
            .find(|(name, _)| **name == text);
        let number = named
            .map(|(_, number)| number)
            .or_else(|| text.parse().ok());
        number.filter(|number| range.contains(number))
    };
    let mut numbers = BTreeSet::new();
    for piece in text.split(',') {
        let (span, step) = match piece.split_once('/') {
            Some((span, step)) => (span, Some(step.parse().ok().filter(|step| *step > 0)?)),
            None => (piece, None),
        };
        let (first, last) = match span.split_once('-') {
            _ if span == "*" => (*range.start(), *range.end()),
            Some((first, last)) => (number(first)?, number(last)?),
            None if step.is_some() => (number(span)?, *range.end()),
            None => (number(span)?, number(span)?),
        };
        numbers.extend((first..=last).step_by(step.unwrap_or(1)));
    }
    (!numbers.is_empty()).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    /// A Sunday.
    const NOW: OffsetDateTime = datetime!(2026-11-29 18:30 UTC);

    #[test]
    fn the_last_time_that_was_due_is_found() {
        let year_ago = NOW - Duration::days(360);
        for (expression, expected) in [
            (
                "cron(0 7 ? * MON-FRI *)",
                Some(datetime!(2026-11-27 07:00 UTC)),
            ),
            ("cron(30 18 ? * 1 *)", Some(NOW)),
            (
                "cron(31 18 ? * SUN *)",
                Some(datetime!(2026-11-22 18:31 UTC)),
            ),
            (
                "cron(0/20 8-17 * * ? *)",
                Some(datetime!(2026-11-29 17:40 UTC)),
            ),
            (
                "cron(15,45 0 1 */3 ? 2026)",
                Some(datetime!(2026-10-01 00:45 UTC)),
            ),
            ("cron(0 0 29 FEB ? *)", None),
            ("cron(0 0 1 1 ? 2027)", None),
            (
                "at(2026-11-29T18:29:59)",
                Some(datetime!(2026-11-29 18:29:59 UTC)),
            ),
            ("at(2026-11-29T18:30:01)", None),
        ] {
            let schedule = Schedule::read(expression).unwrap();
            assert_eq!(schedule.due(year_ago, NOW), expected, "{expression}");
            // Once it was seen it is not due again.
            let seen = expected.unwrap_or(NOW);
            assert_eq!(schedule.due(seen, NOW), None, "{expression}");
        }
    }

    #[test]
    fn what_is_wrong_is_invalid_and_what_is_not_honoured_is_named() {
        for expression in [
            "",
            "cron()",
            "cron(0 7 * * MON *)",
            "cron(0 7 ? * ? *)",
            "cron(60 7 ? * MON *)",
            "cron(0 7 ? * MOO *)",
            "cron(0/0 7 ? * MON *)",
            "cron(0 7 ? * FRI-MON *)",
            "cron(0 7 ? * MON)",
            "at(2026-11-29)",
        ] {
            let error = Schedule::read(expression).unwrap_err();
            assert!(!error.unsupported, "{expression}: {error}");
        }
        for expression in ["rate(1 day)", "cron(0 7 L * ? *)", "cron(0 7 ? * MON#2 *)"] {
            let error = Schedule::read(expression).unwrap_err();
            assert!(error.unsupported, "{expression}: {error}");
        }
    }
}
