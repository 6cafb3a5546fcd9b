//! Which entities are reached from one, and on which ways.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::entity::Association;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Direction {
    /// Both ways from every entity that is reached, not from the first alone.
    Both,
    Ascendants,
    Descendants,
}

/// Entities by the number of associations that lead to them from the first.
pub struct Walk<'a> {
    neighbours: BTreeMap<&'a str, Vec<&'a str>>,
    layers: Vec<BTreeSet<&'a str>>,
}

impl<'a> Walk<'a> {
    pub fn new(
        associations: impl Iterator<Item = &'a Association>,
        start: &'a str,
        direction: Direction,
        depth: usize,
    ) -> Self {
        let neighbours = neighbours(associations, direction);
        let mut layers = vec![BTreeSet::from([start])];
        let mut seen = BTreeSet::from([start]);
        while let Some(last) = layers.last().filter(|last| !last.is_empty())
            && layers.len() <= depth
        {
            let next = last.iter().filter_map(|arn| neighbours.get(arn)).flatten();
            let next = next.copied().filter(|arn| !seen.contains(arn));
            let next: BTreeSet<_> = next.collect();
            seen.extend(&next);
            layers.push(next);
        }
        Walk { neighbours, layers }
    }

    /// All but the first, the nearest before the farther.
    pub fn reached(&self) -> impl Iterator<Item = &'a str> {
        self.layers.iter().skip(1).flatten().copied()
    }

    /// The first, those wanted, and all on the shortest ways to them, in the same order.
    pub fn ways(&self, wanted: impl Fn(&str) -> bool) -> Vec<&'a str> {
        let mut kept: Vec<Vec<&str>> = Vec::new();
        for (depth, layer) in self.layers.iter().enumerate().rev() {
            let after = kept.last();
            let leads = |arn: &str| {
                let mut next = self.neighbours.get(arn).into_iter().flatten();
                next.any(|arn| after.is_some_and(|after| after.contains(arn)))
            };
            let layer = layer.iter().copied();
            let layer = layer.filter(|arn| depth == 0 || wanted(arn) || leads(arn));
            kept.push(layer.collect());
        }
        kept.into_iter().rev().flatten().collect()
    }
}

fn neighbours<'a>(
    associations: impl Iterator<Item = &'a Association>,
    direction: Direction,
) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut neighbours: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for association in associations {
        let (source, destination) = (&*association.source, &*association.destination);
        if direction != Direction::Ascendants {
            neighbours.entry(source).or_default().push(destination);
        }
        if direction != Direction::Descendants {
            neighbours.entry(destination).or_default().push(source);
        }
    }
    neighbours
}
