//! A browser of the portal's, or a program that behaves like one.

use reqwest::header::ACCEPT;
use reqwest::{Client, Response, StatusCode, redirect};
use serde_json::{Value, json};

use super::stage::{PASSWORD, Stage};

pub struct Visitor {
    pub http: Client,
    pub portal: String,
    pub csrf: String,
}

impl Visitor {
    pub fn new(stage: &Stage) -> Visitor {
        let http = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .build();
        Visitor {
            http: http.unwrap(),
            portal: stage.aws.cloud.portal_url().to_owned(),
            csrf: String::new(),
        }
    }

    pub async fn signed_in(stage: &Stage, username: &str) -> Visitor {
        let mut visitor = Visitor::new(stage);
        let response = visitor.sign_in(username, PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK);
        let body: Value = response.json().await.unwrap();
        visitor.csrf = body["csrf"].as_str().unwrap().to_owned();
        visitor
    }

    pub async fn sign_in(&self, username: &str, password: &str) -> Response {
        self.post("/signin", &[("username", username), ("password", password)])
            .await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.http.post(format!("{}{path}", self.portal));
        request
            .header(ACCEPT, "application/json")
            .form(form)
            .send()
            .await
            .unwrap()
    }

    pub async fn page(&self, path: &str) -> Response {
        self.http
            .get(format!("{}{path}", self.portal))
            .send()
            .await
            .unwrap()
    }

    /// The task as the portal's page shows it.
    pub async fn frame(&self, id: &str) -> Response {
        let url = format!("{}/tasks/{id}/frame", self.portal);
        let request = self.http.get(url).header("sec-fetch-dest", "iframe");
        request.send().await.unwrap()
    }

    pub async fn json(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.portal));
        request
            .header(ACCEPT, "application/json")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    pub async fn submit(&self, id: &str, label: &str) -> Response {
        let answer = json!({"sentiment": {"label": label}}).to_string();
        let path = format!("/tasks/{id}/submit");
        self.post(&path, &[("csrf", &self.csrf), ("answer", &answer)])
            .await
    }
}
