//! What is the case, from S3 and SageMaker.

mod deployments;
mod loops;
mod registry;
mod requests;
mod run;

use contracts::bias::Analysis;
use contracts::dataset::{DatasetManifest, Held};
use contracts::deployment::{Deployment, Pin};
use contracts::features::Export;
use contracts::keys;
use contracts::names::DEFAULT_STACK;
use contracts::notice::Told;
use contracts::run::Run;
use contracts::tuning::Study;
use policy::desired;
use policy::shell::at_stack;
use rollout::Rollout;

use crate::account::Account;
use crate::evidence::{self, Endpoint, Instances};
use crate::registration::{self, Rejected};

pub use loops::{Labelling, Loops, counted_loops};
pub use registry::{Judged, Package};
pub use requests::{Progress, Request};
pub use run::{Execution, Searched, Training};

#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub stack: Stack,
    pub newest: Option<DatasetManifest>,
    /// The last upload, if nothing of it could be used.
    pub rejected: Option<Rejected>,
    /// Dataset versions that wait for a person.
    pub held: Vec<Held>,
    pub run: Option<Run>,
    /// The pipeline's; `None` where it cannot be read.
    pub definition_hash: Option<String>,
    pub execution: Option<Execution>,
    /// Of the run's dataset version, the one that was started last.
    pub study: Option<Study>,
    /// Of that study, while it searches.
    pub searched: Option<Searched>,
    /// Of the newest versions, newest first.
    pub packages: Vec<Package>,
    /// All versions that may serve, however old they are.
    pub approved: Vec<desired::Package>,
    /// The evidence for the decision on the newest version, while it is pending.
    pub judged: Option<Judged>,
    /// The comparison with the champion that runs, or ran last.
    pub rollout: Option<Rollout>,
    /// Of the newest version, where it was measured.
    pub bias: Option<Analysis>,
    /// `None` where the feature group has no version.
    pub features: Option<Export>,
    pub pin: Option<Pin>,
    pub endpoint: Option<Endpoint>,
    /// The endpoint's.
    pub instances: Vec<Instances>,
    /// With which the desired version is to be served by the present settings; `None` where these cannot be read.
    pub desired_config: Option<String>,
    pub deployments: Vec<Deployment>,
    pub loops: Loops,
    /// Files without labels, the newest first.
    pub requests: Vec<Request>,
    /// What a person was told of and what still is so.
    pub told: Vec<Told>,
}

#[derive(Debug, Clone)]
pub struct Stack {
    pub name: String,
    pub account: String,
    /// CloudFormation's; `None` where it has not told, or has no such stack.
    pub status: Option<String>,
}

impl Default for Stack {
    /// Where no other is named.
    fn default() -> Self {
        Self {
            name: DEFAULT_STACK.to_owned(),
            account: String::new(),
            status: None,
        }
    }
}

impl Facts {
    /// A command as a person types it for this stack.
    pub fn command(&self, command: &str) -> String {
        at_stack(command, &self.stack.name)
    }
}

/// More would hide the rest.
const TOLD: usize = 10;

/// `before`: the facts of the last look, of which those are kept that cannot have changed.
pub async fn gather(account: &Account, before: Option<&Facts>) -> anyhow::Result<Facts> {
    let configured = account.dataset().await;
    let newest = registration::newest(account, configured.as_deref()).await?;
    let dataset = newest.as_ref().map(|manifest| manifest.dataset.as_str());
    let rejected = registration::rejected(account, configured.as_deref().or(dataset)).await?;
    let held = match dataset {
        Some(dataset) => registration::held_versions(account, dataset).await?,
        None => Vec::new(),
    };
    let (run, definition_hash) = run::run(account).await?;
    let execution = match run.as_ref().and_then(|run| run.execution_arn.as_deref()) {
        Some(arn) => run::execution(account, arn).await?,
        None => None,
    };
    let study = run::study(account, run.as_ref()).await?;
    let searched = run::searched(account, study.as_ref()).await?;
    let mut packages = registry::packages(account).await?;
    let model = registry::described(account, packages.first_mut()).await?;
    let approved = evidence::approved(account).await?;
    let endpoint = evidence::endpoint(account).await?;
    let instances = match &endpoint {
        Some(endpoint) => evidence::instances(account, endpoint).await,
        None => Vec::new(),
    };
    let pin = account.object(keys::PIN).await?;
    let desired_config = deployments::desired_config(account, &approved, pin.as_ref()).await;
    let config = desired_config.as_deref();
    let deployments = deployments::deployments(account, endpoint.as_ref(), config).await?;
    let bias_before = before.and_then(|it| Some((it.packages.first()?, it.bias.as_ref()?)));
    let version = |manifest: &DatasetManifest| manifest.number;
    let alike = before.filter(|it| it.newest.as_ref().map(version) == newest.as_ref().map(version));
    let loops_before = alike.map(|before| &before.loops);
    Ok(Facts {
        stack: Stack {
            name: account.stack.clone(),
            account: account.number.clone(),
            status: None,
        },
        execution,
        study,
        searched,
        definition_hash,
        judged: registry::judged(account, model.as_ref()).await?,
        rollout: account.object(keys::ROLLOUT).await?,
        bias: registry::bias(account, model.as_ref(), bias_before).await?,
        features: match dataset {
            Some(dataset) => account.object(&keys::export(dataset)).await?,
            None => None,
        },
        packages,
        approved,
        pin,
        deployments,
        desired_config,
        endpoint,
        instances,
        loops: loops::read(account, newest.as_ref(), loops_before).await?,
        requests: requests::read(account).await?,
        told: told(account).await?,
        newest,
        rejected,
        held,
        run,
    })
}

async fn told(account: &Account) -> anyhow::Result<Vec<Told>> {
    let mut told = Vec::new();
    for key in account.newest_keys(keys::TOLD, TOLD).await? {
        told.extend(account.object::<Told>(&key).await?);
    }
    Ok(told)
}

#[cfg(test)]
mod tests;
