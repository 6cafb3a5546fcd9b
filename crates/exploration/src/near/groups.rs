//! Which sets are similar, and the groups that they form.

use std::collections::BTreeMap;

use super::shingles::{Shingles, mix};

/// Sets of one bucket that a further one is compared with. One that is like none of them becomes one of them; a bucket
/// of one text sent often has one.
const COMPARED: usize = 16;

pub struct Groups {
    /// Of two or more, the largest first; each in ascending order.
    pub groups: Vec<Vec<usize>>,
    /// The pairs that were found similar.
    pub pairs: Vec<Pair>,
}

pub struct Pair {
    pub first: usize,
    pub second: usize,
    pub similarity: f64,
}

/// `bands` bands of `rows` minimal hashes.
pub fn find(sets: &[&Shingles], bands: u64, rows: u64, least: f64) -> Groups {
    let mut parents: Vec<usize> = (0..sets.len()).collect();
    let mut pairs = Vec::new();
    for band in 0..bands {
        let key = |set: &Shingles| {
            (0..rows).fold(0, |key, row| mix(key ^ set.minimum(band * rows + row)))
        };
        let mut keyed: Vec<(u64, usize)> = sets
            .iter()
            .enumerate()
            .map(|(place, set)| (key(set), place))
            .collect();
        keyed.sort_unstable();
        for bucket in keyed.chunk_by(|a, b| a.0 == b.0) {
            let mut compared: Vec<usize> = Vec::new();
            for &(_, place) in bucket {
                let alike = compared.iter().find_map(|&first| {
                    let joined = root(&mut parents, first) == root(&mut parents, place);
                    let similarity = sets[first].similarity(sets[place]);
                    (joined || similarity >= least).then_some((first, joined, similarity))
                });
                match alike {
                    Some((_, true, _)) => {}
                    Some((first, false, similarity)) => {
                        let (one, other) = (root(&mut parents, first), root(&mut parents, place));
                        parents[one.max(other)] = one.min(other);
                        pairs.push(Pair {
                            first,
                            second: place,
                            similarity,
                        });
                    }
                    None if compared.len() < COMPARED => compared.push(place),
                    None => {}
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for place in 0..sets.len() {
        groups
            .entry(root(&mut parents, place))
            .or_default()
            .push(place);
    }
    let mut groups: Vec<Vec<usize>> = groups
        .into_values()
        .filter(|group| group.len() > 1)
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    Groups { groups, pairs }
}

fn root(parents: &mut [usize], mut place: usize) -> usize {
    while parents[place] != place {
        parents[place] = parents[parents[place]];
        place = parents[place];
    }
    place
}
