//! The graph of a region as it is now.

use super::graph::Graph;
use super::{deployments, jobs, registry};
use crate::jobs::{Processing, Training};
use local_core::Call;

pub fn graph(call: &Call) -> Graph<'_> {
    let mut graph = Graph::new(&call.cloud, &call.region);
    call.cloud.store.read(|tx| {
        jobs::add::<Processing>(&mut graph, tx);
        jobs::add::<Training>(&mut graph, tx);
        registry::add(&mut graph, tx);
        deployments::add(&mut graph, tx);
    });
    graph
}
