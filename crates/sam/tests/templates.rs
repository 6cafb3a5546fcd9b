//! Templates in, values and messages out.

#![allow(clippy::unwrap_used, reason = "the helpers of tests, too")]

use std::collections::BTreeMap;

use sam::{AuthType, Error, Parameters, Pseudo, Resolved, Template, Trigger, stand_in};
use serde_json::{Value, json};

/// The property `Value` of the one resource `It`, under a head of parameters, mappings and conditions.
fn value_of(expression: &str) -> Result<Value, Error> {
    let text = format!(
        "
Parameters:
  Name: {{ Type: String, Default: loop }}
  Count: {{ Type: Number, Default: 3 }}
  List: {{ Type: CommaDelimitedList, Default: 'a, b' }}
Mappings:
  Sizes: {{ small: {{ memory: 128 }} }}
Conditions:
  Yes: !Equals [!Ref Name, loop]
  No: !Not [!Condition Yes]
  Both: !And [!Condition Yes, !Condition No]
  Either: !Or [{{ Condition: Yes }}, {{ Condition: No }}]
  Number: !Equals [!Ref Count, 3]
Resources:
  Queue: {{ Type: AWS::SQS::Queue }}
  It:
    Type: Custom::Value
    Properties:
      Value: {expression}
"
    );
    let template = Template::parse(&text)?;
    let plan = template.plan(&Parameters::new(), &Pseudo::default())?;
    let resource = plan.resource("It", &stand_in)?;
    Ok(resource
        .properties
        .get("Value")
        .cloned()
        .unwrap_or(Value::Null))
}

#[test]
fn intrinsic_functions_give_cloudformation_values() {
    let table = [
        ("!Ref Name", json!("loop")),
        ("!Ref Queue", json!("Queue")),
        ("!Ref AWS::Region", json!("us-east-1")),
        ("!Ref AWS::NoValue", Value::Null),
        ("[1, !Ref AWS::NoValue, 2]", json!([1, 2])),
        ("!Ref List", json!(["a", "b"])),
        ("!GetAtt Queue.Arn", json!("Queue.Arn")),
        ("!GetAtt [Queue, Arn]", json!("Queue.Arn")),
        ("{ 'Fn::GetAtt': [Queue, Arn] }", json!("Queue.Arn")),
        (
            "!Sub '${Name}-${Queue.Arn}-${AWS::AccountId}'",
            json!("loop-Queue.Arn-123456789012"),
        ),
        ("!Sub '${!Name} ${'", json!("${Name} ${")),
        ("!Sub ['${X}/${Name}', { X: !Ref Count }]", json!("3/loop")),
        ("!Join ['-', [a, !Ref Count, !Ref Name]]", json!("a-3-loop")),
        ("!Join [',', !Ref List]", json!("a,b")),
        ("!Split ['.', a.b]", json!(["a", "b"])),
        ("!Select [1, !Split ['.', !GetAtt Queue.Arn]]", json!("Arn")),
        ("!If [Yes, 1, !Ref AWS::NoValue]", json!(1)),
        ("!If [No, 1, !Ref AWS::NoValue]", Value::Null),
        ("!If [Both, b, !If [Either, e, n]]", json!("e")),
        ("!If [Number, n, text]", json!("n")),
        ("!FindInMap [Sizes, small, memory]", json!(128)),
        ("!Base64 loop", json!("bG9vcA==")),
        // Names that only look like functions stay: an IAM condition, a pipeline's Get.
        (
            "{ Condition: { StringEquals: { a: b } } }",
            json!({ "Condition": { "StringEquals": { "a": "b" } } }),
        ),
        ("{ Get: Parameters.X }", json!({ "Get": "Parameters.X" })),
        ("2012-10-17", json!("2012-10-17")),
    ];
    for (expression, expected) in table {
        let found = value_of(expression).unwrap_or_else(|error| panic!("{expression}: {error}"));
        assert_eq!(found, expected, "{expression}");
    }
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let table = [
        (
            "!Shout x",
            "Resources.It.Properties.Value: Fn::Shout is not an intrinsic function",
        ),
        (
            "{ 'Fn::Shout': x }",
            "Resources.It.Properties.Value: Fn::Shout is not an intrinsic function",
        ),
        ("!ImportValue x", "Fn::ImportValue is refused"),
        (
            "!Ref Nobody",
            "Resources.It.Properties.Value: !Ref Nobody refers to nothing",
        ),
        ("!GetAtt Nobody.Arn", "!GetAtt Nobody.Arn refers to nothing"),
        (
            "!Sub 'x ${Nobody.Arn}'",
            "!GetAtt Nobody.Arn refers to nothing",
        ),
        ("!If [Yes, 1, !Ref Nobody]", "!Ref Nobody refers to nothing"),
        ("!If [Perhaps, 1, 2]", "condition Perhaps refers to nothing"),
        ("!Select [7, [a]]", "expected an index within the list"),
        (
            "!FindInMap [Sizes, large, memory]",
            "!FindInMap [Sizes, large, memory] refers to nothing",
        ),
        ("!Ref It", "Resources wait for each other: It -> It"),
    ];
    for (expression, expected) in table {
        let message = value_of(expression).expect_err(expression).to_string();
        assert!(
            message.to_lowercase().contains(&expected.to_lowercase()),
            "{expression}: {message}"
        );
    }
}

#[test]
fn parameters_are_checked_as_cloudformation_checks_them() {
    let template = Template::parse(
        "
Parameters:
  Mode: { Type: String, AllowedValues: [manual, automatic] }
  Rate: { Type: Number, Default: 0.5, MinValue: 0, MaxValue: 1 }
  Short: { Type: String, Default: abc, AllowedPattern: '[a-z]*' }
Resources: {}
",
    )
    .unwrap();
    let check = |given: &[(&str, &str)]| {
        let given = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        template
            .plan(&given, &Pseudo::default())
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(check(&[("Mode", "manual")]), Ok(()));
    let table: [(&[(&str, &str)], &str); 6] = [
        (&[], "parameter Mode has no default and was not given"),
        (&[("Mode", "never")], "allowed are manual, automatic"),
        (&[("Mode", "manual"), ("Rate", "2")], "out of range"),
        (&[("Mode", "manual"), ("Rate", "much")], "not a number"),
        (&[("Mode", "manual"), ("Short", "abc1")], "must match"),
        (
            &[("Mode", "manual"), ("Other", "1")],
            "no parameter Other: it has Mode, Rate, Short",
        ),
    ];
    for (given, expected) in table {
        let message = check(given).expect_err(expected);
        assert!(message.contains(expected), "{given:?}: {message}");
    }
}

const LOOP: &str = "
Transform: AWS::Serverless-2016-10-31
Parameters:
  HumanReview: { Type: String, Default: a2i }
  Timeout: { Type: Number, Default: 30 }
Conditions:
  WithPeople: !Equals [!Ref HumanReview, a2i]
Globals:
  Function:
    Runtime: provided.al2023
    Timeout: !Ref Timeout
    Environment: { Variables: { STAGE: test, BUCKET: !Ref Bucket } }
Resources:
  Judge:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda }
    Properties:
      CodeUri: ../functions/judge-model/
      MemorySize: 256
      Environment: { Variables: { STAGE: live, THRESHOLD: 0.5 } }
      Policies:
        - Statement: [{ Effect: Allow, Action: s3:GetObject, Resource: !Sub '${Bucket.Arn}/*' }]
      EventInvokeConfig:
        MaximumRetryAttempts: 2
        MaximumEventAgeInSeconds: 600
        DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Failures.Arn } }
      FunctionUrlConfig: { AuthType: AWS_IAM }
      Events:
        Registered:
          Type: EventBridgeRule
          Properties:
            Pattern: { source: [aws.sagemaker], detail: { ModelPackageGroupName: [reviews] } }
            RetryPolicy: { MaximumRetryAttempts: 3 }
            DeadLetterConfig: { Arn: !GetAtt Undelivered.Arn }
        Nightly:
          Type: ScheduleV2
          Properties: { ScheduleExpression: rate(5 minutes) }
  Asked:
    Type: AWS::SageMaker::Workteam
    Condition: WithPeople
    DependsOn: Judge
  Bucket: { Type: AWS::S3::Bucket }
  Failures: { Type: AWS::SQS::Queue }
  Undelivered: { Type: AWS::SQS::Queue }
Outputs:
  Url: { Value: !GetAtt JudgeUrl.FunctionUrl }
  Team: { Condition: WithPeople, Value: !Ref Asked }
";

fn resolved(text: &str, parameters: &[(&str, &str)]) -> Result<Resolved, Error> {
    let parameters = parameters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let template = Template::parse(text)?;
    template
        .plan(&parameters, &Pseudo::default())?
        .resolve(&stand_in)
}

#[test]
fn a_function_has_its_globals_its_events_and_its_failures() {
    let resolved = resolved(LOOP, &[]).unwrap();
    let [judge] = resolved.functions.as_slice() else {
        panic!("one function")
    };
    assert_eq!(judge.package(), "judge-model");
    assert_eq!((judge.timeout_seconds, judge.memory_mb), (30, 256));
    let expected = [
        ("BUCKET", "Bucket"),
        ("STAGE", "live"),
        ("THRESHOLD", "0.5"),
    ];
    assert_eq!(
        judge.environment,
        BTreeMap::from(expected.map(|(name, value)| (name.to_owned(), value.to_owned())))
    );
    assert_eq!(
        judge.event_invoke_config.on_failure.as_deref(),
        Some("Failures.Arn")
    );
    assert_eq!(
        judge.function_url_config.as_ref().unwrap().auth_type,
        AuthType::AwsIam
    );
    assert_eq!(judge.metadata["BuildMethod"], "rust-cargolambda");
    assert_eq!(
        judge.policies[0]["Statement"][0]["Resource"],
        "Bucket.Arn/*"
    );
    let [registered, nightly] = judge.events.as_slice() else {
        panic!("two events")
    };
    let Trigger::EventBridgeRule(rule) = &registered.trigger else {
        panic!("a rule")
    };
    assert_eq!(
        rule.pattern["detail"]["ModelPackageGroupName"],
        json!(["reviews"])
    );
    assert_eq!(
        rule.dead_letter_config.as_ref().unwrap().arn,
        "Undelivered.Arn"
    );
    assert_eq!(rule.retry_policy.maximum_retry_attempts, Some(3));
    let Trigger::ScheduleV2(schedule) = &nightly.trigger else {
        panic!("a schedule")
    };
    assert_eq!(schedule.schedule_expression, "rate(5 minutes)");
}

#[test]
fn resources_come_after_what_they_refer_to() {
    let resolved = resolved(LOOP, &[]).unwrap();
    let order: Vec<_> = resolved
        .resources
        .iter()
        .map(|resource| resource.logical_id.as_str())
        .collect();
    assert_eq!(
        order,
        ["Bucket", "Failures", "Undelivered", "Judge", "Asked"]
    );
    assert_eq!(resolved.outputs["Url"], "JudgeUrl.FunctionUrl");
    assert_eq!(resolved.outputs["Team"], "Asked");
}

#[test]
fn what_sam_generates_belongs_to_its_function() {
    let text = "
Resources:
  Queue: { Type: AWS::SQS::Queue }
  QueueRole: { Type: AWS::IAM::Role }
  Judge:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: judge
      Events: { Woken: { Type: Schedule, Properties: { Schedule: rate(5 minutes) } } }
";
    let template = Template::parse(text).unwrap();
    let plan = template
        .plan(&Parameters::new(), &Pseudo::default())
        .unwrap();
    let table = [
        ("Queue", Some(("Queue", None))),
        ("QueueRole", Some(("QueueRole", None))),
        ("JudgeRole", Some(("Judge", Some("Role")))),
        ("JudgeWoken", Some(("Judge", Some("Woken")))),
        ("JudgeSlept", None),
        ("QueueUrl", None),
    ];
    for (logical_id, expected) in table {
        let owner = plan.owner(logical_id);
        let owner = owner.map(|owner| (owner.logical_id, owner.generated));
        assert_eq!(owner, expected, "{logical_id}");
    }
}

#[test]
fn a_condition_leaves_resources_and_outputs_out() {
    let resolved = resolved(LOOP, &[("HumanReview", "none")]).unwrap();
    assert!(
        resolved
            .resources
            .iter()
            .all(|resource| resource.logical_id != "Asked")
    );
    assert!(!resolved.outputs.contains_key("Team"));
}

#[test]
fn a_reference_to_a_left_out_resource_names_the_condition() {
    let text = LOOP.replace(
        "  Bucket: { Type",
        "  Late: { Type: Custom::X, Properties: { A: !Ref Asked } }\n  Bucket: { Type",
    );
    let message = resolved(&text, &[("HumanReview", "none")])
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("Resources.Late.Properties.A: !Ref Asked"),
        "{message}"
    );
    assert!(
        message.contains("condition WithPeople leaves out"),
        "{message}"
    );
}

#[test]
fn a_cycle_is_told_as_a_path() {
    let text = "
Resources:
  A: { Type: Custom::X, Properties: { P: !Ref B } }
  B: { Type: Custom::X, Properties: { P: !Sub '${C.Arn}' } }
  C: { Type: Custom::X, DependsOn: A }
";
    let message = resolved(text, &[]).unwrap_err().to_string();
    assert!(message.contains("A -> B -> C -> A"), "{message}");
}

#[test]
fn an_unknown_property_or_event_source_is_refused_by_name() {
    let table = [
        ("MemorySize: 256", "Memory: 256", "unknown field `Memory`"),
        (
            "Type: ScheduleV2",
            "Type: Kinesis",
            "Resources.Judge.Properties.Events.Nightly: the event source Kinesis",
        ),
        (
            "DependsOn: Judge",
            "Needs: Judge",
            "Resources.Asked: Needs is refused",
        ),
        (
            "Timeout: !Ref Timeout",
            "Timeout: soon",
            "expected a whole number, found \"soon\"",
        ),
    ];
    for (from, to, expected) in table {
        assert!(LOOP.contains(from), "{from}");
        let message = resolved(&LOOP.replace(from, to), &[])
            .expect_err(to)
            .to_string();
        assert!(message.contains(expected), "{to}: {message}");
    }
}
