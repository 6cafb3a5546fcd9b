use aws_sdk_sagemaker::types::{CognitoConfig, CognitoMemberDefinition, MemberDefinition};
use reqwest::header;
use serde_json::Value;

use super::*;
use crate::fixture::cloud::Cloud;

/// The stack's work team, as provision-stack and the template make it.
async fn with_work_team() -> Cloud {
    let cloud = Cloud::new().await;
    let (cognito, sagemaker) = (&cloud.account.cognito, &cloud.account.sagemaker);
    let name = names::workteam(&cloud.account.stack);
    let created = cognito.create_user_pool().pool_name(&name).send().await;
    let pool = created.expect("a pool").user_pool.expect("described");
    let pool = pool.id.expect("an id");
    let client = cognito.create_user_pool_client().user_pool_id(&pool);
    let client = client.client_name(&name).generate_secret(true).send().await;
    let client = client.expect("a client").user_pool_client;
    let client = client.and_then(|client| client.client_id).expect("an id");
    let group = cognito.create_group().user_pool_id(&pool);
    let group = group.group_name(names::REVIEWER_GROUP);
    group.send().await.expect("a group");
    for worker in WORKERS {
        let create = cognito.admin_create_user().user_pool_id(&pool);
        create.username(worker).send().await.expect("a user");
        let add = cognito.admin_add_user_to_group().user_pool_id(&pool);
        let add = add.group_name(names::REVIEWER_GROUP);
        let add = add.username(worker).send().await;
        add.expect("a member");
    }
    let config = CognitoConfig::builder().user_pool(&pool).client_id(&client);
    let workforce = sagemaker.create_workforce().workforce_name(&name);
    let workforce = workforce.cognito_config(config.build()).send().await;
    workforce.expect("a workforce");
    let member = CognitoMemberDefinition::builder().user_pool(&pool);
    let member = member.client_id(&client);
    let member = member.user_group(names::REVIEWER_GROUP).build();
    let member = MemberDefinition::builder().cognito_member_definition(member);
    let team = sagemaker.create_workteam().workteam_name(&name);
    let team = team.workforce_name(&name).description("Labels reviews");
    let team = team.member_definitions(member.build()).send().await;
    team.expect("a work team");
    cloud
}

/// A worker's browser.
struct Browser {
    http: reqwest::Client,
    portal: String,
}

impl Browser {
    fn new(cloud: &Cloud) -> Browser {
        let http = reqwest::Client::builder().cookie_store(true).build();
        Browser {
            http: http.expect("a client"),
            portal: cloud.aws.portal_url().to_owned(),
        }
    }

    /// The portal's answer as JSON; `None` where it is a refusal.
    async fn post(&self, path: &str, form: [(&str, &str); 2]) -> Option<Value> {
        let post = self.http.post(format!("{}{path}", self.portal)).form(&form);
        let post = post
            .header(header::ACCEPT, "application/json")
            .header(header::ORIGIN, &self.portal);
        let answer = post.send().await.expect("the portal answers");
        if !answer.status().is_success() {
            return None;
        }
        Some(answer.json().await.expect("JSON"))
    }

    async fn sign_in(&self, name: &str, password: &str) -> Option<Value> {
        let form = [("username", name), ("password", password)];
        self.post("/signin", form).await
    }
}

fn passwords(invitations: &[Invitation]) -> Vec<Option<&str>> {
    let invitations = invitations.iter();
    invitations
        .map(|invitation| invitation.temporary_password.as_deref())
        .collect()
}

#[tokio::test]
async fn a_worker_signs_in_with_the_temporary_password_and_must_choose_another() {
    let cloud = with_work_team().await;
    let invitations = invite(&cloud.account, false).await.expect("invited");
    let told = passwords(&invitations);
    assert_eq!(told.len(), WORKERS.len());
    assert!(told.iter().all(Option::is_some) && told[0] != told[1]);
    let told = told[0].expect("set");

    let browser = Browser::new(&cloud);
    let signed_in = browser.sign_in(WORKERS[0], told).await.expect("let in");
    assert_eq!(signed_in["new_password_required"], true);
    let csrf = signed_in["csrf"].as_str().expect("a token");
    let form = [("csrf", csrf), ("password", "My-0wn-choice")];
    let chosen = browser.post("/new-password", form).await.expect("taken");
    assert_eq!(chosen["new_password_required"], false);
    let browser = Browser::new(&cloud);
    assert!(browser.sign_in(WORKERS[0], told).await.is_none());
}

#[tokio::test]
async fn the_reviewers_that_the_stack_has_are_invited_and_none_without_human_review() {
    let cloud = with_work_team().await;
    let pool = users(&cloud.account, EVERYBODY)
        .await
        .expect("listed")
        .remove(0)
        .pool;
    let gone = cloud.account.cognito.admin_delete_user();
    let gone = gone.user_pool_id(&pool).username(WORKERS[0]);
    gone.send().await.expect("deleted");
    let invitations = invite(&cloud.account, false).await.expect("invited");
    let names = invitations
        .iter()
        .map(|invitation| invitation.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), [WORKERS[1]]);

    let without = Cloud::new().await;
    let invitations = invite(&without.account, false).await.expect("none");
    assert!(invitations.is_empty());
}

#[tokio::test]
async fn whoever_was_invited_and_never_signed_in_is_told_with_the_day() {
    let cloud = with_work_team().await;
    let day = || OffsetDateTime::now_utc().date().to_string();
    let before = day();
    let invited = |members: &[Member]| -> Vec<Option<String>> {
        members.iter().map(|it| it.invited_on.clone()).collect()
    };
    let members_before = members(&cloud.account).await.expect("listed");
    let days = invited(&members_before);
    assert!(
        days.iter()
            .flatten()
            .all(|it| *it == before || *it == day())
    );
    assert_eq!(days.iter().flatten().count(), WORKERS.len());

    let user = users(&cloud.account, EVERYBODY)
        .await
        .expect("listed")
        .remove(0);
    set_password(&cloud.account, &user, true)
        .await
        .expect("set");
    let after = members(&cloud.account).await.expect("listed");
    let days = invited(&after);
    assert_eq!((days[0].is_none(), days[1].is_some()), (true, true));
    assert_eq!(after[0].worker, members_before[0].worker);
}

#[tokio::test]
async fn a_chosen_password_stays_unless_a_new_temporary_one_is_asked_for() {
    let cloud = with_work_team().await;
    let workers = admit(&cloud.account).await.expect("set");
    let worker = &workers[0];
    let again = invite(&cloud.account, false).await.expect("invited");
    assert!(passwords(&again).iter().all(Option::is_none));
    let browser = Browser::new(&cloud);
    assert!(
        browser
            .sign_in(&worker.name, &worker.password)
            .await
            .is_some()
    );

    let renewed = invite(&cloud.account, true).await.expect("invited");
    let renewed = passwords(&renewed);
    assert!(renewed.iter().all(Option::is_some));
    let browser = Browser::new(&cloud);
    let signed_in = browser.sign_in(&worker.name, renewed[0].expect("set"));
    assert_eq!(
        signed_in.await.expect("let in")["new_password_required"],
        true
    );
    let old = Browser::new(&cloud);
    assert!(old.sign_in(&worker.name, &worker.password).await.is_none());
}

#[tokio::test]
async fn no_file_of_the_state_folder_holds_a_password() {
    let cloud = with_work_team().await;
    let invitations = invite(&cloud.account, false).await.expect("invited");
    let told = invitations[0].temporary_password.clone().expect("set");
    let browser = Browser::new(&cloud);
    browser.sign_in(WORKERS[0], &told).await.expect("let in");
    let mut folders = vec![cloud.folder.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("listed") {
            let path = entry.expect("listed").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("read");
            let found = bytes
                .windows(told.len())
                .any(|window| window == told.as_bytes());
            assert!(!found, "{}", path.display());
            files += 1;
        }
    }
    assert!(files > 0);
}

#[tokio::test]
async fn approvers_are_invited_where_nobody_reviews() {
    let cloud = Cloud::new().await;
    let cognito = &cloud.account.cognito;
    let name = names::reviewer_pool(&cloud.account.stack);
    let created = cognito.create_user_pool().pool_name(&name).send().await;
    let pool = created.expect("a pool").user_pool.expect("described");
    let pool = pool.id.expect("an id");
    assert!(
        invite(&cloud.account, false)
            .await
            .expect("none")
            .is_empty()
    );
    let group = cognito.create_group().user_pool_id(&pool);
    let group = group.group_name(names::APPROVER_GROUP);
    group.send().await.expect("a group");
    let create = cognito.admin_create_user().user_pool_id(&pool);
    create.username("zoe").send().await.expect("a user");
    let add = cognito.admin_add_user_to_group().user_pool_id(&pool);
    let add = add.group_name(names::APPROVER_GROUP).username("zoe");
    add.send().await.expect("a member");
    let invited = invite(&cloud.account, false).await.expect("invited");
    assert_eq!(invited[0].name, "zoe");
    assert!(invited[0].temporary_password.is_some());
    assert!(admit(&cloud.account).await.expect("none").is_empty());
}
