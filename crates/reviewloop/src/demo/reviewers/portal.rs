//! The reviewers' pages, as one signed-in worker's program sees them: the routes that browsers use, answered in JSON.

use std::collections::BTreeMap;
use std::sync::Mutex;

use anyhow::{Context, bail};
use contracts::review::{ANSWER_NAME, HumanLoopInput};
use reqwest::header::{self, HeaderMap};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::workers::Worker;

pub struct Portal {
    pub worker: String,
    client: Client,
    url: String,
    /// By name. The portal marks them as secure; browsers send such cookies to this machine's own addresses all the
    /// same, and HTTP libraries do not.
    cookies: Mutex<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct SignedIn {
    new_password_required: bool,
}

#[derive(Deserialize)]
struct List {
    tasks: Vec<Waiting>,
}

#[derive(Deserialize)]
struct Waiting {
    id: String,
}

#[derive(Deserialize)]
pub struct Task {
    pub csrf: String,
    pub input: HumanLoopInput,
}

impl Portal {
    pub async fn sign_in(url: &str, worker: &Worker) -> anyhow::Result<Portal> {
        let portal = Portal {
            worker: worker.name.clone(),
            client: client(url)?,
            url: url.to_owned(),
            cookies: Mutex::default(),
        };
        let form = [
            ("username", worker.name.as_str()),
            ("password", worker.password.as_str()),
        ];
        let request = portal.client.post(format!("{url}/signin")).form(&form);
        let signed_in: SignedIn = portal.send(request, "sign in").await?;
        if signed_in.new_password_required {
            bail!("the portal asks {} for a new password", worker.name);
        }
        Ok(portal)
    }

    /// The ids of the tasks that wait.
    pub async fn waiting(&self) -> anyhow::Result<Vec<String>> {
        let list: List = self.get("/tasks").await?;
        Ok(list.tasks.into_iter().map(|task| task.id).collect())
    }

    pub async fn task(&self, id: &str) -> anyhow::Result<Task> {
        self.get(&format!("/tasks/{id}")).await
    }

    pub async fn submit(&self, id: &str, csrf: &str, label: &str) -> anyhow::Result<()> {
        let answer = json!({ ANSWER_NAME: { "label": label } }).to_string();
        let form = [("csrf", csrf), ("answer", &answer)];
        let request = self
            .client
            .post(format!("{}/tasks/{id}/submit", self.url))
            .form(&form);
        self.send::<serde_json::Value>(request, "submit an answer")
            .await
            .map(drop)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        self.send(
            self.client.get(format!("{}{path}", self.url)),
            "read a task",
        )
        .await
    }

    async fn send<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        action: &str,
    ) -> anyhow::Result<T> {
        let request = request
            .header(header::ACCEPT, "application/json")
            .header(header::ORIGIN, &self.url)
            .header(header::COOKIE, self.cookies());
        let response = request
            .send()
            .await
            .with_context(|| format!("{action} at the worker portal"))?;
        self.keep_cookies(response.headers());
        let status = response.status();
        let body = response
            .text()
            .await
            .with_context(|| format!("{action} at the worker portal"))?;
        if !status.is_success() {
            bail!("the worker portal would not {action}: {status}: {body}");
        }
        serde_json::from_str(&body)
            .with_context(|| format!("{action}: understand the worker portal's answer"))
    }
}

impl Portal {
    fn cookies(&self) -> String {
        let cookies = self.cookies.lock().expect("no holder panics");
        let pairs = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().expect("no holder panics");
        for cookie in headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().ok().and_then(|it| it.split(';').next());
            if let Some((name, value)) = pair.and_then(|pair| pair.split_once('=')) {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// Names under `localhost` are this machine's, as browsers have it; few resolvers know that.
fn client(url: &str) -> anyhow::Result<Client> {
    let url = Url::parse(url).with_context(|| format!("read the portal's address {url}"))?;
    let mut client = Client::builder();
    if let Some(host) = url.host_str().filter(|host| host.ends_with(".localhost")) {
        client = client.resolve(host, ([127, 0, 0, 1], 0).into());
    }
    client.build().context("make an HTTP client")
}
