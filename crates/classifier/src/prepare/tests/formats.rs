use std::fs;

use bert::embed::Embedder;

use crate::rows::tf_record::{self, Feature};

#[test]
fn checksums_are_castagnolis() {
    // The examples of RFC 3720, B.4.
    let counting: Vec<u8> = (0..32).collect();
    for (data, crc) in [
        (&[0u8; 32][..], 0x8a91_36aa),
        (&[0xff; 32], 0x62a8_ab43),
        (&counting, 0x46dd_794e),
        (b"123456789", 0xe306_9283),
    ] {
        assert_eq!(tf_record::crc32c(data), crc);
    }
}

#[test]
fn examples_survive_their_records_and_damage_is_named() {
    let features = [
        ("text", Feature::Bytes("caf\u{e9}".into())),
        (
            "ids",
            Feature::Integers(vec![0, 127, 128, 30_522, -1, i64::MIN]),
        ),
        ("weights", Feature::Floats(vec![0.5, -1e-30])),
        ("nothing", Feature::Integers(vec![])),
    ];
    let mut file = Vec::new();
    tf_record::write_record(&mut file, &tf_record::encode(&features)).unwrap();
    let record = tf_record::read_record(&mut &file[..]).unwrap().unwrap();
    let read = tf_record::decode(&record).unwrap();
    assert_eq!(
        read,
        features.map(|(name, feature)| (name.to_owned(), feature))
    );
    for length in 1..file.len() {
        let error = tf_record::read_record(&mut &file[..length]).unwrap_err();
        assert!(
            error.to_string().contains("ends within a record"),
            "{error}"
        );
    }
    for place in 0..file.len() {
        let mut damaged = file.clone();
        damaged[place] ^= 1;
        let error = tf_record::read_record(&mut &damaged[..]).unwrap_err();
        assert!(
            error.to_string().contains("checksum"),
            "byte {place}: {error}"
        );
    }
    for length in 0..record.len() {
        // Cut examples are errors or shorter examples, never a panic.
        let _ = tf_record::decode(&record[..length]);
    }
}

#[test]
fn the_first_rows_are_shown_readably() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.jsonl");
    let long = "word ".repeat(50);
    let row = serde_json::json!({"text": long, "ids": (0..20).collect::<Vec<_>>(), "label_id": 2});
    fs::write(&path, format!("{row}\n{row}\n")).unwrap();
    let shown = crate::show::first_rows(&path, 1).unwrap();
    let lines: Vec<&str> = shown.lines().skip(1).collect();
    assert_eq!(lines.len(), 4, "{shown}");
    assert_eq!(lines[0], "row 1");
    assert!(lines[1].starts_with("  text      \"word word") && lines[1].ends_with("\" ..."));
    assert!(lines[2].starts_with("  ids       20 values: 0 1 2") && lines[2].ends_with(" ..."));
    assert_eq!(lines[3], "  label_id  2");
    let text = folder.path().join("rows.log");
    fs::write(&text, "").unwrap();
    let error = crate::show::first_rows(&text, 1).unwrap_err().to_string();
    assert!(error.contains("rows.log: only .parquet"), "{error}");
}

#[test]
fn embeddings_do_not_depend_on_their_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    crate::testing::folder().write(folder.path()).unwrap();
    let embedder = Embedder::load(folder.path(), 12).unwrap();
    let texts: Vec<String> = crate::testing::rows(40)
        .into_iter()
        .map(|row| row.text)
        .collect();
    let encoded = embedder.encoder().encode(&texts).unwrap();
    let together = embedder.embeddings(&encoded);
    for (ids, embedding) in encoded.into_iter().zip(&together) {
        let alone = &embedder.embeddings(&[ids])[0];
        assert_eq!(alone.len(), 16);
        let close = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-6;
        assert!(alone.iter().zip(embedding).all(close));
    }
    assert_ne!(together[0], together[1]);
}
