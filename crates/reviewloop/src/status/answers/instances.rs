use crate::evidence::{Instances, Scaling};

/// Nothing of a serverless endpoint.
pub fn sentence(instances: &[Instances]) -> Option<String> {
    let variants: Vec<String> = instances.iter().map(variant).collect();
    (!variants.is_empty()).then(|| variants.join("; "))
}

fn variant(of: &Instances) -> String {
    let instances = if of.current == 1 {
        "instance"
    } else {
        "instances"
    };
    let mut sentence = format!("{} has {} {instances}", of.variant, of.current);
    if of.desired != of.current {
        sentence += &format!(", {} are wanted", of.desired);
    }
    sentence
        + &match &of.scaling {
            Ok(scaling) => scaled(scaling),
            Err(reason) => format!(" (how they scale is not known: {reason})"),
        }
}

fn scaled(scaling: &Scaling) -> String {
    let mut sentence = String::new();
    if let Some((fewest, most)) = scaling.bounds {
        sentence += &format!(", {fewest} to {most} by its requests");
    }
    if let Some(last) = &scaling.last {
        sentence += &format!(" ({last})");
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_told_with_their_bounds_and_the_last_change() {
        let told = |instances: Vec<Instances>| sentence(&instances);
        assert_eq!(told(Vec::new()), None);
        let of = |variant: &str, current, desired| Instances {
            variant: variant.to_owned(),
            current,
            desired,
            scaling: Ok(Scaling::default()),
        };
        let scaled = Instances {
            scaling: Ok(Scaling {
                bounds: Some((1, 4)),
                last: Some("12:00: alarm: set to 3".to_owned()),
            }),
            ..of("champion", 2, 3)
        };
        let unknown = Instances {
            scaling: Err("AWS refused to describe the scalable targets".to_owned()),
            ..of("champion", 1, 1)
        };
        let unseen = "champion has 1 instance (how they scale is not known: AWS refused to describe the scalable targets)";
        assert_eq!(told(vec![unknown]).as_deref(), Some(unseen));
        let told = told(vec![scaled, of("challenger", 1, 1)]);
        let expected = "champion has 2 instances, 3 are wanted, 1 to 4 by its requests (12:00: alarm: set to 3); \
                        challenger has 1 instance";
        assert_eq!(told.as_deref(), Some(expected));
    }
}
