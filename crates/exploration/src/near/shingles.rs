//! A text's set of three words in a row, as hashes. They are ours, and stay the same from run to run.

/// Of longer texts the least hashes stand for all, of both texts of a pair alike.
const MOST: usize = 256;
const IN_A_ROW: usize = 3;

/// Sorted, none twice, at least one.
#[derive(Debug)]
pub struct Shingles(Vec<u32>);

impl Shingles {
    /// A text of fewer words is one element.
    pub fn of(words: &[&str]) -> Self {
        let hashes: Vec<u64> = words.iter().map(|word| hash(word)).collect();
        let mut set: Vec<u32> = if hashes.len() < IN_A_ROW {
            vec![join(&hashes)]
        } else {
            hashes.windows(IN_A_ROW).map(join).collect()
        };
        set.sort_unstable();
        set.dedup();
        set.truncate(MOST);
        set.shrink_to_fit();
        Self(set)
    }

    /// A draw by which near-duplicates stay together: a function of the least hash.
    pub fn least(&self) -> u64 {
        mix(u64::from(self.0[0]))
    }

    /// The minimal hash of one of many functions.
    pub fn minimum(&self, function: u64) -> u64 {
        let salt = mix(function);
        let hashes = self.0.iter();
        let least = hashes.map(|hash| mix(u64::from(*hash) ^ salt)).min();
        least.expect("a set has an element")
    }

    /// Jaccard's similarity; of long texts by the least hashes of both together, which estimate it.
    pub fn similarity(&self, other: &Self) -> f64 {
        let (mut both, mut either) = (0u32, 0u32);
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let whole = self.0.len() < MOST && other.0.len() < MOST;
        while whole || (either as usize) < MOST {
            match (mine.peek(), theirs.peek()) {
                (None, None) => break,
                (Some(a), Some(b)) if a == b => {
                    both += 1;
                    mine.next();
                    theirs.next();
                }
                (Some(a), Some(b)) if a > b => {
                    theirs.next();
                }
                (None, Some(_)) => {
                    theirs.next();
                }
                _ => {
                    mine.next();
                }
            }
            either += 1;
        }
        f64::from(both) / f64::from(either)
    }
}

/// FNV-1a of 64 bits (Fowler, Noll, Vo).
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

fn join(words: &[u64]) -> u32 {
    let joined = words.iter().fold(0, |joined, word| mix(joined ^ word));
    (joined >> 32) as u32
}

/// The finaliser of splitmix64 (Steele, Lea, Flood, 2014): a permutation that scatters.
pub fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_is_jaccards_of_three_words_in_a_row() {
        for (one, other, expected) in [
            ("a b c d", "a b c d", 1.0),
            ("a b c d", "a b c e", 1.0 / 3.0),
            ("a b c", "d e f", 0.0),
            ("a b", "a b", 1.0),
            ("a b", "a b c", 0.0),
        ] {
            let [one, other] = [one, other].map(|text| {
                let words: Vec<&str> = text.split(' ').collect();
                Shingles::of(&words)
            });
            assert!((one.similarity(&other) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn of_long_texts_the_least_hashes_estimate_it() {
        let words: Vec<String> = (0..3_000).map(|word| format!("w{word}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let similarity = Shingles::of(&words[..2_400]).similarity(&Shingles::of(&words));
        assert!((similarity - 0.8).abs() < 0.08, "{similarity}");
    }
}
