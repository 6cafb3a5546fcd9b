//! The section `Rules`.

use sam::{Error, Parameters, Pseudo, Template};

fn planned(text: &str, given: &[(&str, &str)]) -> Result<(), Error> {
    let template = Template::parse(text)?;
    let given = given
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()));
    let given: Parameters = given.collect();
    template.plan(&given, &Pseudo::default()).map(drop)
}

#[test]
fn a_rule_refuses_parameters_together() {
    let text = "
Parameters:
  Strategy: { Type: String, Default: shadow }
  Endpoint: { Type: String, Default: serverless }
Rules:
  VariantsNeedInstances:
    RuleCondition: !Not [!Equals [!Ref Strategy, shadow]]
    Assertions:
      - Assert: !Equals [!Ref Endpoint, instance]
        AssertDescription: a serverless endpoint has one variant
Resources:
  Queue: { Type: AWS::SQS::Queue }
";
    assert!(planned(text, &[]).is_ok());
    let instance = [("Strategy", "canary"), ("Endpoint", "instance")];
    assert!(planned(text, &instance).is_ok());
    let refused = planned(text, &[("Strategy", "canary")]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "rule VariantsNeedInstances refuses these parameters: a serverless endpoint has one variant"
    );
    let misspelt = planned(&text.replace("AssertDescription", "Description"), &[]);
    let misspelt = misspelt.unwrap_err().to_string();
    assert!(
        misspelt.contains("Rules.VariantsNeedInstances.Assertions[0]: Description"),
        "{misspelt}"
    );
}
