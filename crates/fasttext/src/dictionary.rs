//! Words and labels by number, and the rows of n-grams, as the official dictionary has them.

use std::ops::Range;

/// What precedes a label in files and dictionaries.
pub const LABEL_PREFIX: &str = "__label__";

/// Ends every text; a word like others.
pub const END_OF_TEXT: &str = "</s>";

/// The official multiplier that joins the hashes of neighbouring words.
const NEIGHBOUR: u64 = 116_049_371;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Bytes: an official model may have been trained on text that is not UTF-8.
    pub word: Vec<u8>,
    pub count: i64,
}

impl Entry {
    /// A label without its prefix.
    pub fn label(&self) -> String {
        let name = String::from_utf8_lossy(&self.word);
        name.strip_prefix(LABEL_PREFIX).unwrap_or(&name).to_owned()
    }
}

/// How words become rows besides their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NGrams {
    /// Neighbouring words joined, at most; 1 is none.
    pub words: usize,
    /// Characters of a word's subwords, at least and at most; a maximum of 0 is none.
    pub characters: (usize, usize),
    /// Rows that they share by hash.
    pub buckets: usize,
}

#[derive(Clone, Debug)]
pub struct Dictionary {
    words: Vec<Entry>,
    labels: Vec<Entry>,
    /// Of the training file, labels and ends of texts included.
    pub tokens: i64,
    n_grams: NGrams,
    /// Places of words by hash: open addressing, a power of two of slots.
    slots: Vec<u32>,
}

const EMPTY: u32 = u32::MAX;

impl Dictionary {
    pub fn new(words: Vec<Entry>, labels: Vec<Entry>, tokens: i64, n_grams: NGrams) -> Dictionary {
        let mut slots = vec![EMPTY; (words.len() * 2).next_power_of_two().max(2)];
        for (place, entry) in (0u32..).zip(&words) {
            let slot = slot(&slots, &words, &entry.word, hash(&entry.word));
            slots[slot] = place;
        }
        Dictionary {
            words,
            labels,
            tokens,
            n_grams,
            slots,
        }
    }

    pub fn words(&self) -> &[Entry] {
        &self.words
    }

    pub fn labels(&self) -> &[Entry] {
        &self.labels
    }

    pub fn buckets(&self) -> usize {
        self.n_grams.buckets
    }

    /// The rows of a text and its end.
    pub fn add_rows<'a>(&self, words: impl Iterator<Item = &'a str>, rows: &mut Vec<u32>) {
        self.each_row(words, |row, _| rows.push(row));
    }

    /// The same, each with the places of the words that it stands for; the end of the text is one
    /// more. Words that are labels by their prefix are no words.
    pub fn each_row<'a>(
        &self,
        words: impl Iterator<Item = &'a str>,
        mut found: impl FnMut(u32, Range<usize>),
    ) {
        let mut hashes = Vec::new();
        // The official reader stops where a text spells the end itself.
        let words = words.take_while(|word| *word != END_OF_TEXT);
        for (place, word) in words.chain([END_OF_TEXT]).enumerate() {
            let hash = hash(word.as_bytes());
            let known = self.slots[slot(&self.slots, &self.words, word.as_bytes(), hash)];
            if known == EMPTY && word.starts_with(LABEL_PREFIX) {
                continue;
            }
            if known != EMPTY {
                found(known, place..place + 1);
            }
            if word != END_OF_TEXT {
                self.each_subword(word, |row| found(row, place..place + 1));
            }
            hashes.push((hash, place));
        }
        self.each_word_n_gram(&hashes, found);
    }

    fn each_subword(&self, word: &str, mut found: impl FnMut(u32)) {
        let (shortest, longest) = self.n_grams.characters;
        if longest == 0 || self.n_grams.buckets == 0 {
            return;
        }
        let word = format!("<{word}>");
        let starts: Vec<usize> = word.char_indices().map(|(start, _)| start).collect();
        let count = starts.len();
        for first in 0..count {
            for length in shortest.max(1)..=longest.min(count - first) {
                let end = first + length;
                // `<` and `>` alone are no subwords.
                if length == 1 && (first == 0 || end == count) {
                    continue;
                }
                let end = starts.get(end).copied().unwrap_or(word.len());
                let hash = hash(&word.as_bytes()[starts[first]..end]);
                found(self.bucket(u64::from(hash)));
            }
        }
    }

    /// `hashes` come with their words' places.
    fn each_word_n_gram(&self, hashes: &[(u32, usize)], mut found: impl FnMut(u32, Range<usize>)) {
        if self.n_grams.buckets == 0 {
            return;
        }
        // The official hashes are signed when they are widened; the row depends on it.
        let wide = |hash: u32| i64::from(hash.cast_signed()).cast_unsigned();
        for first in 0..hashes.len() {
            let (hash, start) = hashes[first];
            let mut joined = wide(hash);
            let end = hashes.len().min(first + self.n_grams.words);
            for (hash, place) in &hashes[first + 1..end.max(first + 1)] {
                joined = joined.wrapping_mul(NEIGHBOUR).wrapping_add(wide(*hash));
                found(self.bucket(joined), start..place + 1);
            }
        }
    }

    fn bucket(&self, hash: u64) -> u32 {
        let bucket = hash % self.n_grams.buckets as u64;
        u32::try_from(self.words.len() as u64 + bucket).expect("rows are counted in 31 bits")
    }
}

/// Where a word stands or would stand.
fn slot(slots: &[u32], words: &[Entry], word: &[u8], hash: u32) -> usize {
    let mut slot = hash as usize & (slots.len() - 1);
    while slots[slot] != EMPTY && words[slots[slot] as usize].word != word {
        slot = (slot + 1) & (slots.len() - 1);
    }
    slot
}

/// FNV-1a over signed bytes, as the official tool computes it.
pub fn hash(word: &[u8]) -> u32 {
    word.iter().fold(2_166_136_261, |hash, byte| {
        let byte = i32::from(byte.cast_signed()).cast_unsigned();
        (hash ^ byte).wrapping_mul(16_777_619)
    })
}
