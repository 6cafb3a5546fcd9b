//! Where a model version, or everything, came from, and what came of it.

use anyhow::{Context, bail};
use serde_json::json;

use crate::account::Account;
use crate::lineage::{self, Kind};
use crate::output::Output;

pub async fn artifacts(
    account: &Account,
    version: Option<i32>,
    output: &Output,
) -> anyhow::Result<()> {
    let graph = lineage::graph(&lineage::facts::read(account).await?);
    let roots: Vec<usize> = match version {
        Some(version) => {
            let arn = account.model_package_arn(version);
            let mut models = graph.of_kind(Kind::ModelVersion);
            let root = models.find(|place| graph.nodes[*place].address.as_ref() == Some(&arn));
            vec![root.with_context(|| {
                let status = account.command("reviewloop status");
                format!(
                    "no execution registered a model version {version}; {status} names the newest"
                )
            })?]
        }
        None => graph.of_kind(Kind::DatasetVersion).collect(),
    };
    if roots.is_empty() {
        let upload = account.command("reviewloop upload FILE");
        bail!("there is no dataset version yet: {upload} makes the first");
    }
    let result = json!({ "ok": true, "nodes": graph.nodes, "edges": graph.edges });
    output.result(&result, || lineage::write(&graph, &roots))
}
