//! The account's quotas for the instances that the stack asks for.

use rollout::Strategy;
use rollout::assignment::Shares;
use serde_json::Value;

use super::check::{Check, Verdict};
use super::stack::Parameters;
use crate::aws_cli::Cli;

/// A quota of SageMaker by its name in Service Quotas, and how much of it the stack needs.
#[derive(Debug, PartialEq)]
struct Need {
    quota: String,
    least: f64,
}

pub async fn check(cli: &Cli<'_>, parameters: &Parameters) -> Vec<Check> {
    let arguments = ["--service-code", "sagemaker"];
    let listed = cli
        .json("service-quotas list-service-quotas", &arguments)
        .await;
    match listed {
        Ok(listed) => vec![
            judge(&needs(parameters), &listed),
            studies(parameters, &listed),
        ],
        Err(error) => vec![Check::looked("quotas", Err(error))],
    }
}

fn needs(parameters: &Parameters) -> Vec<Need> {
    let value = |name: &str| parameters.get(name).map_or("", String::as_str);
    let of = |instance: &str, usage: &str, least| Need {
        quota: format!("{instance} for {usage} usage"),
        least,
    };
    let mut needs = vec![
        of(value("ProcessingInstanceType"), "processing job", 1.0),
        Need {
            quota: of_training(parameters),
            least: 1.0,
        },
    ];
    needs.push(if value("EndpointType") == "instance" {
        // An update runs the old fleet and the new one, one of which has the challenger where it gets requests.
        let rollout = value("Rollout");
        let has_variant =
            Shares::of(rollout).is_some() || rollout == Strategy::ShadowVariant.to_string();
        let variants = if has_variant { 3.0 } else { 2.0 };
        let most: f64 = value("MaximumInstances").parse().unwrap_or(1.0);
        of(value("InstanceType"), "endpoint", variants * most)
    } else {
        Need {
            quota:
                "Maximum total concurrency that can be allocated across all serverless endpoints"
                    .to_owned(),
            least: value("ServerlessMaxConcurrency").parse().unwrap_or(1.0),
        }
    });
    needs
}

fn of_training(parameters: &Parameters) -> String {
    let value = |name: &str| parameters.get(name).map_or("", String::as_str);
    let usage = match value("ManagedSpotTraining") {
        "yes" => "spot training job",
        _ => "training job",
    };
    format!("{} for {usage} usage", value("TrainingInstanceType"))
}

/// SageMaker refuses a study that trains more at a time than the quota allows. The loop does without studies, so nothing fails here.
fn studies(parameters: &Parameters, listed: &Value) -> Check {
    const NAME: &str = "studies";
    let quota = of_training(parameters);
    let parallel = parameters.get("TuningParallelJobs");
    let parallel: f64 = parallel.and_then(|it| it.parse().ok()).unwrap_or(1.0);
    match value_of(&quota, listed) {
        Some(has) if has < parallel => {
            let fewer = match has >= 1.0 {
                true => {
                    format!(", lower TuningParallelJobs, or tune with --parallel {has}")
                }
                false => String::new(),
            };
            let finding = format!(
                "{quota}: {has}, and reviewloop tune trains {parallel} at a time; request an increase{fewer}"
            );
            Check::new(NAME, Verdict::Warning, finding)
        }
        Some(_) => {
            let finding = format!("reviewloop tune may train {parallel} at a time");
            Check::new(NAME, Verdict::Ok, finding)
        }
        None => Check::new(NAME, Verdict::Skipped, format!("there is no quota {quota}")),
    }
}

fn value_of(quota: &str, listed: &Value) -> Option<f64> {
    let quotas = listed["Quotas"].as_array().into_iter().flatten();
    let mut of_name = quotas.filter(|found| found["QuotaName"] == quota);
    of_name.next()?["Value"].as_f64()
}

fn judge(needs: &[Need], listed: &Value) -> Check {
    let mut short = Vec::new();
    let mut unknown = Vec::new();
    for Need { quota, least } in needs {
        match value_of(quota, listed) {
            Some(has) if has < *least => short.push(format!("{quota}: {has}, needed {least}")),
            Some(_) => {}
            None => unknown.push(quota.as_str()),
        }
    }
    if !short.is_empty() {
        let remedy = "request an increase in Service Quotas, or choose other instance types";
        return Check::new(
            "quotas",
            Verdict::Failed,
            format!("{}; {remedy}", short.join("; ")),
        );
    }
    if !unknown.is_empty() {
        let finding = format!("Service Quotas has no quota {}", unknown.join(", "));
        return Check::new("quotas", Verdict::Warning, finding);
    }
    Check::new(
        "quotas",
        Verdict::Ok,
        format!("{} are large enough", needs.len()),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_quota_of_zero_is_named_with_its_remedy() {
        let parameters: Parameters = [
            ("ProcessingInstanceType", "ml.m5.large"),
            ("TrainingInstanceType", "ml.c5.2xlarge"),
            ("EndpointType", "instance"),
            ("InstanceType", "ml.m5.large"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let quota = |name: &str, value: f64| json!({ "QuotaName": name, "Value": value });
        let listed = |training: f64, endpoint: f64| {
            json!({ "Quotas": [
                quota("ml.m5.large for processing job usage", 4.0),
                quota("ml.c5.2xlarge for training job usage", training),
                quota("ml.m5.large for endpoint usage", endpoint),
            ]})
        };
        let needs = needs(&parameters);
        assert_eq!(judge(&needs, &listed(1.0, 2.0)).verdict, Verdict::Ok);
        let short = judge(&needs, &listed(0.0, 1.0));
        assert_eq!(short.verdict, Verdict::Failed);
        assert!(
            short
                .finding
                .contains("ml.c5.2xlarge for training job usage: 0, needed 1")
                && short
                    .finding
                    .contains("ml.m5.large for endpoint usage: 1, needed 2"),
            "{short:?}"
        );
        assert_eq!(judge(&needs, &json!({})).verdict, Verdict::Warning);
        let spot = [("ManagedSpotTraining".to_owned(), "yes".to_owned())];
        let spot = self::needs(&parameters.clone().into_iter().chain(spot).collect());
        let quota = "ml.c5.2xlarge for spot training job usage";
        assert!(spot.iter().any(|need| need.quota == quota), "{spot:?}");
        let shadow = Parameters::from_iter([("Rollout".to_owned(), "shadow-variant".to_owned())]);
        let shadow = self::needs(&parameters.clone().into_iter().chain(shadow).collect());
        assert!((shadow[2].least - 3.0).abs() < f64::EPSILON, "{shadow:?}");
        let scaled = Parameters::from_iter([("MaximumInstances".to_owned(), "4".to_owned())]);
        let scaled = self::needs(&parameters.into_iter().chain(scaled).collect());
        assert!((scaled[2].least - 8.0).abs() < f64::EPSILON, "{scaled:?}");
    }

    #[test]
    fn a_quota_below_the_trainings_of_a_study_is_a_warning() {
        let parameters: Parameters = [
            ("TrainingInstanceType", "ml.c5.2xlarge"),
            ("TuningParallelJobs", "3"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let quota = "ml.c5.2xlarge for training job usage";
        let listed = |value: f64| json!({ "Quotas": [{ "QuotaName": quota, "Value": value }] });
        assert_eq!(studies(&parameters, &listed(3.0)).verdict, Verdict::Ok);
        let short = studies(&parameters, &listed(2.0));
        assert_eq!(short.verdict, Verdict::Warning);
        for said in ["trains 3 at a time", "--parallel 2"] {
            assert!(short.finding.contains(said), "{short:?}");
        }
        let nothing = studies(&parameters, &listed(0.0));
        assert!(!nothing.finding.contains("--parallel"), "{nothing:?}");
        let none = studies(&parameters, &json!({}));
        assert_eq!(none.verdict, Verdict::Skipped);
    }
}
