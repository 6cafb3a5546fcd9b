use crate::evidence::{Endpoint, Instances};

/// Nothing of a serverless endpoint.
pub fn sentence(endpoint: &Endpoint) -> Option<String> {
    let variants: Vec<String> = endpoint.instances.iter().map(variant).collect();
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
    if let Some((fewest, most)) = of.bounds {
        sentence += &format!(", {fewest} to {most} by its requests");
    }
    if let Some(last) = &of.last {
        sentence += &format!(" ({last})");
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_told_with_their_bounds_and_the_last_change() {
        let told = |instances: Vec<Instances>| {
            sentence(&Endpoint {
                status: "InService".to_owned(),
                config: "c".to_owned(),
                failure_reason: None,
                instances,
            })
        };
        assert_eq!(told(Vec::new()), None);
        let of = |variant: &str, current, desired| Instances {
            variant: variant.to_owned(),
            current,
            desired,
            bounds: None,
            last: None,
        };
        let scaled = Instances {
            bounds: Some((1, 4)),
            last: Some("12:00: alarm: set to 3".to_owned()),
            ..of("champion", 2, 3)
        };
        let told = told(vec![scaled, of("challenger", 1, 1)]);
        let expected = "champion has 2 instances, 3 are wanted, 1 to 4 by its requests (12:00: alarm: set to 3); \
                        challenger has 1 instance";
        assert_eq!(told.as_deref(), Some(expected));
    }
}
