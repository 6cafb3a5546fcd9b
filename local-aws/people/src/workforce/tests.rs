use serde_json::{Value, json};

use crate::testing::{People, ROLE, arn};

fn rendering(template: &str) -> Value {
    json!({
        "UiTemplate": { "Content": template },
        "Task": { "Input": "{}" },
        "RoleArn": ROLE,
    })
}

#[tokio::test]
async fn a_template_that_never_ends_is_ended_and_keeps_nobody_waiting() {
    let people = People::new();
    let endless = "{% for i in (1..1000000000) %}{{ i }}{% endfor %}";
    let mut rendered = Box::pin(people.sagemaker("RenderUiTemplate", rendering(endless)));
    let others = people.sagemaker("ListHumanTaskUis", json!({}));
    tokio::select! {
        biased;
        _ = &mut rendered => panic!("rendered on the thread that answers"),
        listed = others => assert!(listed.is_ok()),
    }
    let rendered = rendered.await.unwrap();
    assert_eq!(rendered["Errors"][0]["Code"], "TemplateRenderingError");
}

#[tokio::test]
async fn a_task_ui_is_rendered_by_its_arn() {
    let people = People::new();
    let content = json!({ "Content": "<p>{{ task.input.text }}</p>" });
    let ui = json!({ "HumanTaskUiName": "ui", "UiTemplate": content });
    people.sagemaker("CreateHumanTaskUi", ui).await.unwrap();
    let task = json!({
        "HumanTaskUiArn": arn("human-task-ui/ui"),
        "Task": { "Input": "{\"text\": \"a < b\"}" },
        "RoleArn": ROLE,
    });
    let rendered = people.sagemaker("RenderUiTemplate", task).await.unwrap();
    assert_eq!(rendered["RenderedContent"], "<p>a &lt; b</p>");
}

#[tokio::test]
async fn work_teams_are_sorted_by_the_names_that_their_list_has() {
    let people = People::ready().await;
    for sort_by in ["Name", "CreateDate"] {
        let members = json!({ "SortBy": sort_by });
        let listed = people.sagemaker("ListWorkteams", members).await.unwrap();
        assert_eq!(listed["Workteams"].as_array().map(Vec::len), Some(1));
    }
}
