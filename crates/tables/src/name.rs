//! What a file's name says about its content.

/// Whether a file's name says that it holds JSON, plain or gzip, in any case. For a whole path the
/// file's own name decides.
pub fn is_json_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let endings = [".jsonl", ".ndjson", ".json"];
    endings.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file's name says that it is a manifest of SageMaker Ground Truth: JSON Lines of its own columns.
pub fn is_manifest_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.ends_with(".manifest")
}

/// Whether a file's name says that it is a Parquet file, which packs its columns itself.
pub fn is_parquet_name(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".parquet")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_the_files_own_name_says_that_it_is_json() {
        for json in [
            "a.json",
            "a.jsonl",
            "A.NDJSON",
            "a.ndjson.gz",
            "b/a.json.gz",
        ] {
            assert!(is_json_name(json), "{json}");
        }
        assert!(is_manifest_name("b/A.MANIFEST") && is_manifest_name("a.manifest.gz"));
        assert!(!is_manifest_name("a.manifest.csv") && !is_manifest_name("manifest"));
        assert!(is_parquet_name("b/A.PARQUET") && !is_parquet_name("a.parquet.csv"));
        for other in ["a.csv", "export.json/a.csv", "a.json.csv", "a.gz", "json"] {
            assert!(!is_json_name(other), "{other}");
        }
    }
}
