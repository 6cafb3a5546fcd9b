use super::*;

fn part(id: &str) -> Part {
    Part {
        id: id.into(),
        rows: 1,
        quarantined: 0,
        source_key: format!("incoming/{id}.csv"),
        schema: None,
        source_etag: String::new(),
        uploaded_at: String::new(),
        labels: Vec::new(),
    }
}

fn recipe() -> Recipe {
    let mapping = Mapping {
        text_column: "Review Text".into(),
        context_columns: Vec::new(),
        label_column: "Rating".into(),
        category_column: None,
        labels: [("1".to_owned(), "-1".to_owned())].into(),
    };
    Recipe {
        dataset: "reviews".into(),
        mapping,
        labels: vec!["-1".into(), "1".into()],
    }
}

fn next_version(
    newest: Option<&DatasetManifest>,
    part: &Part,
    mode: Mode,
    recipe: &Recipe,
    created_at: OffsetDateTime,
) -> Next {
    let number = newest.map_or(1, |newest| newest.number + 1);
    super::next_version(number, newest, part, mode, recipe, created_at)
}

fn next(newest: Option<&DatasetManifest>, id: &str, mode: Mode) -> Next {
    next_version(
        newest,
        &part(id),
        mode,
        &recipe(),
        OffsetDateTime::UNIX_EPOCH,
    )
}

fn written(next: Next) -> DatasetManifest {
    match next {
        Next::Write(manifest) => *manifest,
        other => panic!("{other:?}"),
    }
}

fn ids(manifest: &DatasetManifest) -> Vec<&str> {
    manifest.parts.iter().map(|part| part.id.as_str()).collect()
}

#[test]
fn an_upload_adds_a_part_and_the_same_upload_adds_none() {
    let first = written(next(None, "a", Mode::Add));
    let second = written(next(Some(&first), "b", Mode::Add));
    assert_eq!((second.number, ids(&second)), (2, vec!["a", "b"]));
    assert_eq!(next(Some(&second), "a", Mode::Add), Next::Known);
    assert_eq!(next(Some(&second), "b", Mode::Add), Next::Known);
}

#[test]
fn replacing_leaves_one_part_and_replacing_again_changes_nothing() {
    let first = written(next(None, "a", Mode::Add));
    let second = written(next(Some(&first), "b", Mode::Add));
    let third = written(next(Some(&second), "b", Mode::ReplaceAll));
    assert_eq!((third.number, ids(&third)), (3, vec!["b"]));
    assert_eq!(next(Some(&third), "b", Mode::ReplaceAll), Next::Known);
}

#[test]
fn a_replacement_drops_nothing_that_was_uploaded_after_it() {
    let uploaded = |id: &str, key: &str, at: &str| Part {
        source_key: key.into(),
        uploaded_at: at.into(),
        ..part(id)
    };
    let next = |newest: Option<&DatasetManifest>, part: &Part, mode| {
        written(next_version(
            newest,
            part,
            mode,
            &recipe(),
            OffsetDateTime::UNIX_EPOCH,
        ))
    };
    let old = uploaded("old", "incoming/old.csv", "2026-11-22T09:00:00Z");
    let small = uploaded("small", "incoming/small.csv", "2026-11-22T10:05:00Z");
    let first = next(None, &old, Mode::Add);
    let second = next(Some(&first), &small, Mode::Add);
    for (at, expected) in [
        // It was large, so it is registered last.
        ("2026-11-22T10:00:00Z", vec!["big", "small"]),
        ("2026-11-22T10:05:00Z", vec!["big"]),
        ("2026-11-22T10:10:00Z", vec!["big"]),
    ] {
        let big = uploaded("big", "incoming/replace/big.csv", at);
        let third = next(Some(&second), &big, Mode::ReplaceAll);
        assert_eq!(ids(&third), expected, "{at}");
    }
}

#[test]
fn another_mapping_is_another_version() {
    let first = written(next(None, "a", Mode::Add));
    let mut other = recipe();
    other.mapping.labels.insert("2".into(), "-1".into());
    let second = next_version(
        Some(&first),
        &part("a"),
        Mode::Add,
        &other,
        OffsetDateTime::UNIX_EPOCH,
    );
    assert_ne!(first.id, written(second).id);
}

#[test]
fn a_replacement_or_other_labels_begin_a_lineage_and_an_upload_does_not() {
    let replacement = Part {
        source_key: "incoming/replace/c.csv".into(),
        ..part("c")
    };
    let first = written(next(None, "a", Mode::Add));
    let second = written(next(Some(&first), "b", Mode::Add));
    assert_eq!(lineage(&first), lineage(&second));
    let third = next_version(
        Some(&second),
        &replacement,
        Mode::ReplaceAll,
        &recipe(),
        OffsetDateTime::UNIX_EPOCH,
    );
    let third = written(third);
    assert_ne!(lineage(&second), lineage(&third));
    let fourth = written(next(Some(&third), "d", Mode::Add));
    assert_eq!(lineage(&third), lineage(&fourth));
    let mut other = recipe();
    other.labels.push("2".into());
    let fifth = next_version(
        Some(&fourth),
        &part("e"),
        Mode::Add,
        &other,
        OffsetDateTime::UNIX_EPOCH,
    );
    assert_ne!(lineage(&fourth), lineage(&written(fifth)));
}

#[test]
fn what_was_uploaded_before_a_replacement_is_not_added_after_it() {
    let uploaded = |id: &str, key: &str, at: &str| Part {
        source_key: key.into(),
        uploaded_at: at.into(),
        ..part(id)
    };
    let next = |newest, part, mode| {
        next_version(newest, part, mode, &recipe(), OffsetDateTime::UNIX_EPOCH)
    };
    let replacement = uploaded("b", "incoming/replace/b.csv", "2026-11-22T10:00:00Z");
    let newest = written(next(None, &replacement, Mode::ReplaceAll));
    let late = uploaded("a", "incoming/a.csv", "2026-11-22T09:59:59Z");
    let by = "incoming/replace/b.csv".to_owned();
    let replaced = Next::Replaced { by };
    assert_eq!(next(Some(&newest), &late, Mode::Add), replaced);
    assert_eq!(next(Some(&newest), &late, Mode::ReplaceAll), replaced);
    let later = uploaded("c", "incoming/c.csv", "2026-11-22T10:00:00Z");
    assert_eq!(
        ids(&written(next(Some(&newest), &later, Mode::Add))).len(),
        2
    );
    let labels = Part {
        labels: vec!["hash".into()],
        ..late.clone()
    };
    assert_eq!(
        ids(&written(next(Some(&newest), &labels, Mode::Add))).len(),
        2
    );
}

#[derive(Debug, Clone, Copy)]
struct Upload {
    rows: &'static str,
    mode: Mode,
    second: usize,
}

impl Upload {
    fn part(self) -> Part {
        let Self { rows, mode, second } = self;
        let folder = match mode {
            Mode::Add => keys::INCOMING,
            Mode::ReplaceAll => keys::INCOMING_REPLACE,
        };
        Part {
            source_key: format!("{folder}{rows}.csv"),
            uploaded_at: format!("2026-11-22T10:00:0{second}Z"),
            ..part(rows)
        }
    }
}

/// What people mean, upload after upload.
fn meant(uploads: &[Upload]) -> Vec<Upload> {
    let mut kept: Vec<Upload> = Vec::new();
    for upload in uploads {
        if upload.mode == Mode::ReplaceAll {
            kept.clear();
        }
        kept.retain(|known| known.rows != upload.rows);
        kept.push(*upload);
    }
    kept
}

fn registered(uploads: impl Iterator<Item = Upload>) -> DatasetManifest {
    let labels = Part {
        labels: vec!["hash".into()],
        ..part("labels")
    };
    let mut newest = written(next_version(
        None,
        &labels,
        Mode::Add,
        &recipe(),
        OffsetDateTime::UNIX_EPOCH,
    ));
    for upload in uploads {
        let (part, mode) = (upload.part(), upload.mode);
        if let Next::Write(next) = next_version(
            Some(&newest),
            &part,
            mode,
            &recipe(),
            OffsetDateTime::UNIX_EPOCH,
        ) {
            newest = *next;
        }
    }
    newest
}

/// The orders of 0, 1, 2 and 3.
fn orders() -> Vec<Vec<usize>> {
    let all = (0..256).map(|n| vec![n / 64, n / 16 % 4, n / 4 % 4, n % 4]);
    let is_order = |order: &Vec<usize>| (0..4).all(|place| order.contains(&place));
    all.filter(is_order).collect()
}

#[test]
fn uploads_registered_in_any_order_give_what_people_meant_by_their_order() {
    let kinds: Vec<(&str, Mode)> = ["a", "b", "c"]
        .into_iter()
        .flat_map(|rows| [(rows, Mode::Add), (rows, Mode::ReplaceAll)])
        .collect();
    let orders = orders();
    assert_eq!(orders.len(), 24);
    for number in 0..kinds.len().pow(4) {
        let uploads: Vec<Upload> = (0u32..4)
            .map(|place| {
                let (rows, mode) = kinds[number / kinds.len().pow(place) % kinds.len()];
                let second = place as usize;
                Upload { rows, mode, second }
            })
            .collect();
        let meant: Vec<Part> = meant(&uploads).into_iter().map(Upload::part).collect();
        let in_order = registered(uploads.iter().copied());
        for order in &orders {
            let found = registered(order.iter().map(|place| uploads[*place]));
            let (labels, parts): (Vec<Part>, Vec<Part>) =
                found.parts.iter().cloned().partition(is_labels);
            assert_eq!(
                (labels.len(), &parts),
                (1, &meant),
                "{uploads:?}, {order:?}"
            );
            assert_eq!(found.replacement, in_order.replacement);
            assert_eq!(lineage(&found), lineage(&in_order));
        }
    }
}

#[test]
fn the_same_rows_again_move_to_their_new_place_or_only_note_their_time() {
    let upload = |rows, second| Upload {
        rows,
        mode: Mode::Add,
        second,
    };
    let newest = registered([upload("a", 0), upload("c", 1)].into_iter());
    let next = |newest: &DatasetManifest, upload: Upload| {
        written(next_version(
            Some(newest),
            &upload.part(),
            upload.mode,
            &recipe(),
            OffsetDateTime::UNIX_EPOCH,
        ))
    };
    let moved = next(&newest, upload("a", 2));
    assert_eq!(ids(&moved), ["labels", "c", "a"]);
    assert_ne!(moved.id, newest.id);
    let noted = next(&moved, upload("a", 3));
    assert_eq!((&noted.id, noted.number), (&moved.id, moved.number + 1));
    assert_eq!(
        noted.parts[2].uploaded_at,
        upload("a", 3).part().uploaded_at
    );
}

#[test]
fn a_replacement_in_a_manifest_of_before_is_found_among_its_parts() {
    let replacement = Upload {
        rows: "b",
        mode: Mode::ReplaceAll,
        second: 2,
    };
    let newest = registered([replacement].into_iter());
    let old = DatasetManifest {
        replacement: None,
        ..newest.clone()
    };
    assert_eq!(lineage(&old), lineage(&newest));
    let late = Upload {
        rows: "c",
        mode: Mode::Add,
        second: 1,
    };
    let next = next_version(
        Some(&old),
        &late.part(),
        late.mode,
        &recipe(),
        OffsetDateTime::UNIX_EPOCH,
    );
    let by = "incoming/replace/b.csv".to_owned();
    assert_eq!(next, Next::Replaced { by });
}

#[test]
fn other_text_columns_begin_a_lineage() {
    let first = written(next(None, "a", Mode::Add));
    let mut titled = recipe();
    titled.mapping.context_columns = vec!["Title".into()];
    let second = next_version(
        Some(&first),
        &part("b"),
        Mode::Add,
        &titled,
        OffsetDateTime::UNIX_EPOCH,
    );
    assert_ne!(lineage(&first), lineage(&written(second)));
}
