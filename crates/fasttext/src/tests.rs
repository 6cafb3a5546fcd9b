use std::fs;
use std::path::Path;

use crate::dictionary::{Dictionary, Entry, NGrams, hash};
use crate::loss::{HuffmanTree, Loss};
use crate::matrix::Matrix;
use crate::words::{Words, split};
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
fn hashes_and_rows_are_the_official_ones() {
    // FNV-1a's published vectors; bytes above 127 are where the official tool differs.
    assert_eq!(hash(b""), 0x811c_9dc5);
    assert_eq!(hash(b"foobar"), 0xbf9c_f968);
    assert_ne!(hash("é".as_bytes()), 0);
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
        Words::Lower.tokenised("Don't BUY it...\nÉlégant!"),
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
