use aws_sdk_sagemakera2iruntime::Error;
use aws_sdk_sagemakera2iruntime::types::HumanLoopStatus;
use serde_json::json;

use super::stage::Stage;

#[tokio::test]
async fn the_same_loop_twice_is_one_and_another_input_is_a_conflict() {
    let stage = Stage::ready(1).await;
    let first = stage
        .try_start_loop("reviews", "a", &json!({"x": 1, "y": 2}))
        .await
        .unwrap();
    let again = stage
        .try_start_loop("reviews", "a", &json!({"y": 2, "x": 1}))
        .await
        .unwrap();
    assert_eq!(first, again);
    let other = stage.try_start_loop("reviews", "a", &json!({"x": 2})).await;
    assert!(matches!(other.unwrap_err(), Error::ConflictException(_)));

    stage
        .a2i
        .stop_human_loop()
        .human_loop_name("a")
        .send()
        .await
        .unwrap();
    stage
        .try_start_loop("reviews", "a", &json!({"x": 2}))
        .await
        .expect("only active loops conflict");
}

#[tokio::test]
async fn names_inputs_and_flows_are_checked() {
    let stage = Stage::ready(1).await;
    let long = "a".repeat(64);
    for (flow, name, input) in [
        ("reviews", "UPPER", json!({})),
        ("reviews", "-a", json!({})),
        ("reviews", "a-", json!({})),
        ("reviews", long.as_str(), json!({})),
        ("reviews", "a", json!("not an object")),
        ("reviews", "a", json!({"x": "y".repeat(3 << 20)})),
        ("nothing", "a", json!({})),
    ] {
        let refused = stage.try_start_loop(flow, name, &input).await;
        assert!(
            matches!(refused, Err(Error::ValidationException(_))),
            "{flow} {name}: {refused:?}"
        );
    }
    stage
        .try_start_loop("reviews", &"a-b".repeat(21), &json!({}))
        .await
        .expect("63 characters");
}

#[tokio::test]
async fn a_stopped_loop_says_so_everywhere() {
    let stage = Stage::ready(2).await;
    stage.start_loop("a", "nice").await;
    stage
        .a2i
        .stop_human_loop()
        .human_loop_name("a")
        .send()
        .await
        .unwrap();
    assert_eq!(stage.loop_status("a").await, HumanLoopStatus::Stopped);
    assert_eq!(stage.output("a").await["humanAnswers"], json!([]));

    let events = stage.events();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].detail["humanLoopStatus"], "Stopped");
    assert_eq!(events[0].detail["humanLoopName"], "a");

    let again = stage
        .a2i
        .stop_human_loop()
        .human_loop_name("a")
        .send()
        .await;
    assert!(
        again
            .unwrap_err()
            .into_service_error()
            .is_validation_exception()
    );
    stage
        .a2i
        .delete_human_loop()
        .human_loop_name("a")
        .send()
        .await
        .unwrap();
    let gone = stage
        .a2i
        .describe_human_loop()
        .human_loop_name("a")
        .send()
        .await;
    assert!(
        gone.unwrap_err()
            .into_service_error()
            .is_resource_not_found_exception()
    );
}

#[tokio::test]
async fn loops_come_in_pages_newest_first() {
    let stage = Stage::ready(1).await;
    for name in ["a", "b", "c"] {
        stage.start_loop(name, "nice").await;
    }
    let list = || {
        let list = stage
            .a2i
            .list_human_loops()
            .flow_definition_arn(stage.flow_arn("reviews"));
        list.max_results(2)
    };
    let first = list().send().await.unwrap();
    let names = |page: &[aws_sdk_sagemakera2iruntime::types::HumanLoopSummary]| -> Vec<String> {
        page.iter()
            .map(|it| it.human_loop_name().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(first.human_loop_summaries()), ["c", "b"]);
    let second = list()
        .set_next_token(first.next_token().map(str::to_owned))
        .send()
        .await
        .unwrap();
    assert_eq!(names(second.human_loop_summaries()), ["a"]);
    assert_eq!(second.next_token(), None);
}
