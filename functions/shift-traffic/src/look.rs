//! Everything that a step follows from, read at one moment.

use anyhow::Result;
use contracts::keys;
use contracts::moment::Moment;
use loop_state::objects::{self, Found};
use loop_state::packages::{self, Registry};
use policy::desired::{self, Package};
use policy::gate::ApprovalMode;
use rollout::step::{Job, Observed};
use rollout::{Counts, Rollout, Serving, Tally};

use crate::labels::{self, Unbatched};
use crate::{Deps, rewards, scores, serving};

pub struct Look {
    record: Option<Found<Rollout>>,
    registry: Registry,
    /// The version that should be live.
    pub champion: Option<Package>,
    /// The challenger's status.
    challenger: Option<String>,
    /// Why the endpoint is not updated with its variant any more.
    not_deployed: Option<String>,
    /// A promotion approves.
    pub approves: bool,
    pub serving: Serving,
    job: Job,
    pub labels: Unbatched,
    /// A bandit's.
    pub rewards: Option<Tally>,
    pub now: Moment,
}

impl Look {
    pub async fn at(deps: &Deps) -> Result<Self> {
        let record: Option<Found<Rollout>> = objects::read(&deps.bucket, keys::ROLLOUT).await?;
        let group = &deps.config.hosted.model_package_group;
        let registry = packages::registry(&deps.sagemaker, &deps.bucket, group).await?;
        let champion = desired::version(&registry.packages, registry.pin.as_ref());
        let champion = champion.package().cloned();
        let mut look = Self {
            record,
            registry,
            champion,
            challenger: None,
            not_deployed: None,
            approves: deps.config.approval_mode == ApprovalMode::Automatic,
            serving: Serving::Absent,
            job: Job::None,
            labels: Unbatched::default(),
            rewards: None,
            now: deps.clock.moment(),
        };
        let Some(rollout) = look.active().map(|found| found.value.clone()) else {
            return Ok(look);
        };
        look.challenger = status(deps, &look.registry, &rollout).await?;
        look.serving = serving::look(deps, &rollout).await?;
        look.not_deployed = serving::given_up(deps, &rollout).await?;
        match &rollout.batch {
            Some(batch) => look.job = scores::job_of(deps, &rollout, batch).await?,
            None => look.evidence(deps, &rollout).await?,
        }
        Ok(look)
    }

    async fn evidence(&mut self, deps: &Deps, rollout: &Rollout) -> Result<()> {
        // Rewards are all counted anew each time, and what is decided needs no more of them.
        let is_open = rollout.end().is_none() && !rollout.trial.verdict().is_final();
        match rollout.strategy.counts() {
            Counts::Labels => self.labels = labels::unbatched(deps, rollout).await?,
            Counts::Rewards if is_open => self.rewards = Some(rewards::tally(deps, rollout).await?),
            Counts::Rewards => {}
        }
        Ok(())
    }

    /// The comparison that has not ended.
    pub fn active(&self) -> Option<&Found<Rollout>> {
        self.record.as_ref().filter(|found| found.value.is_active())
    }

    /// The record that the next comparison replaces.
    pub fn ended_etag(&self) -> Option<&str> {
        self.record.as_ref().map(|found| found.etag.as_str())
    }

    /// The registry still has the package that was compared.
    pub fn is_challenger_there(&self) -> bool {
        self.challenger.is_some()
    }

    pub fn observed(&self) -> Observed<'_> {
        Observed {
            champion: self.champion.as_ref().map(|champion| champion.arn.as_str()),
            challenger: self.challenger.as_deref(),
            not_deployed: self.not_deployed.as_deref(),
            approves: self.approves,
            serving: &self.serving,
            job: self.job.clone(),
            labels: self.labels.labels(),
            rewards: self.rewards.as_ref(),
            now: self.now,
        }
    }
}

/// A package of another group of the same name is another version.
async fn status(deps: &Deps, registry: &Registry, rollout: &Rollout) -> Result<Option<String>> {
    let challenger = &rollout.challenger;
    let is_it = |package: &&Package| challenger.is_package(&package.arn, package.created);
    if registry.packages.iter().find(is_it).is_none() {
        return Ok(None);
    }
    let package = packages::describe(&deps.sagemaker, &challenger.arn).await?;
    let status = package.model_approval_status;
    Ok(status.map(|status| status.as_str().to_owned()))
}
