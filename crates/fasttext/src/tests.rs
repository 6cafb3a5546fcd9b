use std::fs;
use std::path::Path;

use crate::dictionary::{Dictionary, Entry, NGrams, hash};
use crate::loss::{HuffmanTree, Loss};
use crate::matrix::Matrix;
use crate::words::{Tokenization, split};
use crate::{Args, FastText, format};

fn entry(word: &str, count: i64) -> Entry {
    Entry {
        word: word.into(),
        count,
    }
}

fn small(loss: Loss) -> FastText {
    let (words, labels, buckets, dim) = (3, 3, 5, 2);
    let args = Args {
        dim: 2,
        ws: 5,
        epoch: 5,
        min_count: 1,
        neg: 5,
        word_ngrams: 2,
        loss,
        bucket: 5,
        minn: 0,
        maxn: 0,
        lr_update_rate: 100,
        t: 1e-4,
    };
    let n_grams = NGrams {
        words: 2,
        characters: (0, 0),
        buckets,
    };
    let dictionary = Dictionary::new(
        vec![entry("</s>", 9), entry("good", 5), entry("bad", 4)],
        vec![
            entry("__label__1", 5),
            entry("__label__-1", 3),
            entry("__label__0", 1),
        ],
        27,
        n_grams,
    );
    let values = |rows: usize| (0..rows * dim).map(|n| (n as f32 * 0.7).sin()).collect();
    FastText::new(
        args,
        dictionary,
        Matrix::from_values(values(words + buckets), dim),
        Matrix::from_values(values(labels), dim),
    )
    .unwrap()
}

#[test]
fn a_model_survives_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bin");
    let model = small(Loss::Softmax);
    format::write(&model, &path).unwrap();
    let read = format::read(&path).unwrap();
    assert_eq!(read.args, model.args);
    assert_eq!(read.labels(), ["1", "-1", "0"]);
    assert_eq!(
        read.probabilities(&["good bad", ""]),
        model.probabilities(&["good bad", ""])
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[track_caller]
fn refused(path: &Path, bytes: &[u8], reason: &str) {
    fs::write(path, bytes).unwrap();
    let error = format!("{:#}", format::read(path).err().unwrap());
    assert!(error.contains(reason), "{error}");
}

#[test]
fn damaged_and_foreign_files_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bin");
    format::write(&small(Loss::Softmax), &path).unwrap();
    let good = fs::read(&path).unwrap();
    let with = |place: usize, value: i32| {
        let mut bytes = good.clone();
        bytes[place..place + 4].copy_from_slice(&value.to_le_bytes());
        bytes
    };
    refused(&path, &with(0, 7), "no fastText model");
    refused(&path, &with(4, 11), "version 11 is not supported");
    refused(&path, &with(9 * 4, 1), "only supervised models");
    refused(&path, &with(8 * 4, 9), "`loss` is 9");
    refused(&path, &with(2 * 4, 7), "the input matrix is 8 x 2");
    let dictionary = 14 * 4 + 8;
    refused(&path, &with(dictionary, -1), "are not -1 entries");
    refused(&path, &with(dictionary + 24, 0), "quantised models (.ftz)");
    let input = good.len() - (1 + 16 + 3 * 2 * 4) - (1 + 16 + 8 * 2 * 4);
    refused(
        &path,
        &with(input + 1, i32::MAX),
        "is said to be 2147483647 x 2",
    );
    let mut quantised = good.clone();
    quantised[input] = 1;
    refused(&path, &quantised, "input matrix is quantised (.ftz)");
    for length in 0..good.len() {
        fs::write(&path, &good[..length]).unwrap();
        assert!(format::read(&path).is_err(), "cut to {length} bytes");
    }
    refused(
        &path,
        &[&good[..], b"x"].concat(),
        "more behind the output matrix",
    );
}

#[test]
fn hashes_are_fnv_1a_over_signed_bytes() {
    // FNV-1a's published vectors.
    assert_eq!(hash(b""), 0x811c_9dc5);
    assert_eq!(hash(b"foobar"), 0xbf9c_f968);
    // Computed in Python from fastText's definition: a byte above 127 is widened as `int8_t` is.
    assert_eq!(hash("é".as_bytes()), 0x3cfa_68c1);
    assert_eq!(hash("größe".as_bytes()), 0x2261_449a);
    assert_eq!(hash("日本".as_bytes()), 0xf837_8251);
}

/// The buckets of a text whose words are all unknown.
fn buckets(text: &str, words: usize, characters: (usize, usize)) -> Vec<u32> {
    let n_grams = NGrams {
        words,
        characters,
        buckets: 2_000_000,
    };
    let dictionary = Dictionary::new(vec![entry("</s>", 1)], Vec::new(), 1, n_grams);
    let mut rows = Vec::new();
    dictionary.add_rows(split(text), &mut rows);
    // Row 0 is the end of the text.
    rows.into_iter()
        .filter_map(|row| row.checked_sub(1))
        .collect()
}

#[test]
fn subwords_have_the_buckets_of_the_official_package() {
    // `get_subwords` of fasttext 0.9.2, minn 2, maxn 3, less the number of words.
    assert_eq!(buckets("é", 1, (2, 3)), [36_627, 806_231, 1_996_781]);
    assert_eq!(
        buckets("größe", 1, (2, 3)),
        [
            563_988, 606_866, 1_977_756, 1_605_985, 440_124, 114_038, 780_774, 1_147_321, 184_950,
            679_512, 458_490
        ]
    );
    assert_eq!(
        buckets("日本", 1, (2, 3)),
        [1_752_687, 758_587, 387_409, 196_157, 1_885_717]
    );
}

#[test]
fn word_n_grams_have_the_buckets_of_signed_hashes() {
    // Computed in Python from `addWordNgrams`: hashes are `int32_t`, extended by their sign to 64
    // bits. The hash of the third word is negative.
    assert_eq!(
        buckets("café größe 日本", 2, (0, 0)),
        [905_869, 1_184_271, 346_020]
    );
    assert_eq!(
        buckets("café größe 日本", 3, (0, 0)),
        [905_869, 642_928, 1_184_271, 1_783_342, 346_020]
    );
}

#[test]
fn rows_are_those_of_known_words_and_a_bucket_for_each_pair() {
    let model = small(Loss::Softmax);
    // Known words, unknown ones and labels; each pair of neighbours has a bucket.
    let rows = model.rows("good  unknown __label__1\tbad");
    assert_eq!(rows[..3], [1, 2, 0]);
    assert_eq!(rows.len(), 3 + 3);
    assert!(rows[3..].iter().all(|row| (3..8).contains(row)));
    assert_eq!(
        model.rows("good </s> bad")[..2],
        [1, 0],
        "the end is the end"
    );
}

#[test]
fn words_are_lower_case_with_punctuation_apart() {
    assert_eq!(
        Tokenization::Lower.tokenised("Don't BUY it...\nÉlégant!"),
        "don't buy it . . . élégant !"
    );
    let words: Vec<&str> = split(" Don't\u{a0}BUY  it! ").collect();
    assert_eq!(words, ["Don't\u{a0}BUY", "it!"]);
}

#[test]
fn probabilities_of_every_softmax_sum_to_one() {
    for loss in [Loss::Softmax, Loss::HierarchicalSoftmax] {
        let of_text = &small(loss).probabilities(&["good bad"])[0];
        assert_eq!(of_text.len(), 3);
        assert!(
            (of_text.iter().sum::<f32>() - 1.0).abs() < 1e-6,
            "{of_text:?}"
        );
    }
    let tree = HuffmanTree::new([1].into_iter());
    let mut alone = Vec::new();
    let output = Matrix::zeros(1, 2);
    Loss::HierarchicalSoftmax.probabilities(&[0.0, 0.0], &output, &tree, &mut alone);
    assert_eq!(alone, [1.0]);
}
