use aws_sdk_sagemaker::types::{CognitoConfig, RenderableTask, UiTemplate};

use super::stage::{Stage, TEMPLATE};

#[tokio::test]
async fn a_region_has_one_workforce() {
    let stage = Stage::empty().await;
    stage.create_team().await;
    let config = CognitoConfig::builder()
        .user_pool(&stage.pool)
        .client_id(&stage.client)
        .build();
    let second = stage.sagemaker.create_workforce().workforce_name("other");
    let second = second.cognito_config(config).send().await;
    let message = format!("{:?}", second.unwrap_err());
    assert!(
        message.contains("ValidationException") && message.contains("only one"),
        "{message}"
    );

    let listed = stage.sagemaker.list_workforces().send().await.unwrap();
    assert_eq!(listed.workforces().len(), 1);
    assert_eq!(listed.workforces()[0].workforce_name(), Some("people"));

    let refused = stage
        .sagemaker
        .delete_workforce()
        .workforce_name("people")
        .send()
        .await;
    assert!(format!("{:?}", refused.unwrap_err()).contains("work teams first"));
    let deleted = stage
        .sagemaker
        .delete_workteam()
        .workteam_name("team")
        .send()
        .await
        .unwrap();
    assert_eq!(deleted.success(), Some(true));
    stage
        .sagemaker
        .delete_workforce()
        .workforce_name("people")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_work_team_says_where_its_portal_is() {
    let stage = Stage::empty().await;
    stage.create_team().await;
    let team = stage
        .sagemaker
        .describe_workteam()
        .workteam_name("team")
        .send()
        .await
        .unwrap();
    let portal = stage.aws.cloud.portal_url();
    let sub_domain = team.workteam().unwrap().sub_domain().unwrap();
    assert_eq!(format!("http://{sub_domain}"), portal);
}

#[tokio::test]
async fn a_template_is_rendered_before_anybody_is_asked() {
    let stage = Stage::empty().await;
    let render = |template: &str, input: &str| {
        stage
            .sagemaker
            .render_ui_template()
            .ui_template(UiTemplate::builder().content(template).build())
            .task(RenderableTask::builder().input(input).build())
            .role_arn("arn:aws:iam::123456789012:role/review")
            .send()
    };
    let input = r#"{"taskObject": "<b>nice</b> & warm", "initialValue": "1"}"#;
    let rendered = render(TEMPLATE, input).await.unwrap();
    assert!(rendered.errors().is_empty());
    let html = rendered.rendered_content().unwrap();
    assert!(
        html.contains("&lt;b&gt;nice&lt;/b&gt; &amp; warm"),
        "{html}"
    );
    assert!(html.contains(r#"initial-value="1""#), "{html}");

    let rendered = render("{{ task.input.x | shout }}", "{}").await.unwrap();
    assert!(rendered.errors()[0].message().unwrap().contains("shout"));

    let refused = render(
        "<crowd-form><crowd-polygon></crowd-polygon></crowd-form>",
        "{}",
    )
    .await;
    assert!(format!("{:?}", refused.unwrap_err()).contains("crowd-polygon"));
}

#[tokio::test]
async fn a_task_ui_shows_the_hash_and_the_address_of_its_template() {
    let stage = Stage::ready(1).await;
    let ui = stage
        .sagemaker
        .describe_human_task_ui()
        .human_task_ui_name("reviews")
        .send()
        .await;
    let ui = ui.unwrap();
    let template = ui.ui_template().unwrap();
    assert_eq!(template.content_sha256().unwrap().len(), 64);
    let text = reqwest::get(template.url().unwrap())
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert_eq!(text, TEMPLATE);
}

#[tokio::test]
async fn a_flow_definition_with_active_loops_stays() {
    let stage = Stage::ready(1).await;
    stage.start_loop("one", "nice").await;
    let delete = || {
        stage
            .sagemaker
            .delete_flow_definition()
            .flow_definition_name("reviews")
            .send()
    };
    assert!(
        delete()
            .await
            .unwrap_err()
            .into_service_error()
            .is_resource_in_use()
    );
    stage
        .a2i
        .stop_human_loop()
        .human_loop_name("one")
        .send()
        .await
        .unwrap();
    delete().await.unwrap();
    let gone = stage
        .sagemaker
        .describe_flow_definition()
        .flow_definition_name("reviews")
        .send()
        .await;
    assert!(
        gone.unwrap_err()
            .into_service_error()
            .is_resource_not_found()
    );
}
