//! A cloud in a folder of its own, its clients, and how to wait for it without sleeping.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::time::TimeSource;
use local_aws::{Cloud, LocalAws, Settings};
use local_core::driver::drive;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::role::put_role;
use crate::tiny_image;

pub const IMAGE: &str = "123456789012.dkr.ecr.us-east-1.amazonaws.com/tiny:1";
pub const ROLE: &str = "arn:aws:iam::123456789012:role/execution";
pub const BUCKET: &str = "data";

pub struct Setup {
    pub aws: LocalAws,
    pub sagemaker: aws_sdk_sagemaker::Client,
    pub runtime: aws_sdk_sagemakerruntime::Client,
    pub s3: aws_sdk_s3::Client,
    /// What the tiny image waits for where its environment names it.
    pub gate: PathBuf,
    configure: fn(&mut Settings),
    tasks: JoinSet<()>,
    folder: TempDir,
}

/// The cloud's time, in which its clients sign.
struct Clock(Arc<Cloud>);

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        self.0.world.now().into()
    }
}

impl Setup {
    /// With one training object in the bucket.
    pub async fn new() -> Setup {
        Setup::with(|_| {}).await
    }

    pub async fn with(configure: fn(&mut Settings)) -> Setup {
        let setup = Setup::open(TempDir::new().unwrap(), configure).await;
        setup
            .s3
            .create_bucket()
            .bucket(BUCKET)
            .send()
            .await
            .unwrap();
        setup.put("raw/part/rows", "good,1\nbad,0\n").await;
        setup
    }

    /// Stops everything at once and opens the same state again.
    pub async fn restart(self) -> Setup {
        let Setup {
            aws,
            sagemaker,
            runtime,
            s3,
            configure,
            mut tasks,
            folder,
            ..
        } = self;
        tasks.shutdown().await;
        // The clients' connectors hold the cloud, and the cloud its folder.
        drop((sagemaker, runtime, s3));
        aws.stop().await;
        Setup::open(folder, configure).await
    }

    async fn open(folder: TempDir, configure: fn(&mut Settings)) -> Setup {
        let mut settings = Settings::new(folder.path().join("state"));
        // The bus stays away: emitted events wait in the outbox, where tests read them.
        settings.run_tasks = false;
        settings
            .images
            .insert("tiny".into(), tiny_image::link(folder.path()));
        // Not there until a test calls `build_late_image`.
        let late = folder.path().join("late");
        settings.images.insert("late".into(), late);
        configure(&mut settings);
        // Work on a blocking thread may still hold the lock of the cloud that was stopped.
        let aws = loop {
            match LocalAws::in_process(settings.clone()).await {
                Ok(aws) => break aws,
                Err(error) if error.to_string().contains("in use") => {
                    tokio::task::yield_now().await
                }
                Err(error) => panic!("{error:#}"),
            }
        };
        put_role(&aws, "execution");
        let mut tasks = JoinSet::new();
        for part in [local_sagemaker::part(), local_pipelines::part()] {
            for controller in part.controllers {
                tasks.spawn(drive(aws.cloud.clone(), controller));
            }
        }
        let key = &aws.user;
        let credentials = Credentials::new(
            &key.access_key_id,
            &key.secret_access_key,
            None,
            None,
            "test",
        );
        let config = aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new("us-east-1"))
            .endpoint_url(&aws.endpoint_url)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(aws.connector())
            .time_source(Clock(aws.cloud.clone()))
            .build();
        let s3 = aws_sdk_s3::config::Builder::from(&config).force_path_style(true);
        Setup {
            sagemaker: aws_sdk_sagemaker::Client::new(&config),
            runtime: aws_sdk_sagemakerruntime::Client::new(&config),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            gate: folder.path().join("gate"),
            aws,
            configure,
            tasks,
            folder,
        }
    }

    pub async fn put(&self, key: &str, text: &str) {
        let body = text.as_bytes().to_vec().into();
        let put = self.s3.put_object().bucket(BUCKET).key(key).body(body);
        put.send().await.unwrap();
    }

    pub async fn read(&self, key: &str) -> Vec<u8> {
        let object = self
            .s3
            .get_object()
            .bucket(BUCKET)
            .key(key)
            .send()
            .await
            .unwrap();
        object.body.collect().await.unwrap().to_vec()
    }

    /// Makes the program of the image `late`, which cannot be started before.
    pub fn build_late_image(&self) {
        std::fs::copy(
            self.folder.path().join("tiny"),
            self.folder.path().join("late"),
        )
        .unwrap();
    }

    /// Lets the programs that wait for the gate go on.
    pub fn open_gate(&self) {
        std::fs::write(&self.gate, "").unwrap();
    }

    /// Looks again after every change until `look` finds what it waits for.
    pub async fn until<T>(&self, look: impl AsyncFn() -> Option<T>) -> T {
        let mut changes = self.aws.cloud.store.changes();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            changes.changed().await;
        }
    }

    /// The details of what was emitted so far.
    pub fn events(&self, detail_type: &str) -> Vec<serde_json::Value> {
        let pending = self.aws.cloud.store.read(|tx| tx.pending_events(u32::MAX));
        pending
            .into_iter()
            .map(|pending| pending.event)
            .filter(|event| event.detail_type == detail_type)
            .map(|event| event.detail)
            .collect()
    }
}

/// A token of a caller's: 32 characters and more.
pub fn token(name: &str) -> String {
    format!("{name:-<32}")
}
