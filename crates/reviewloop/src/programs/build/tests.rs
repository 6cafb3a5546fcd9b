use std::collections::BTreeMap;

use super::*;

#[test]
fn a_missing_linker_is_one_sentence_that_says_what_to_do() {
    let complaint =
        "error: linker `cc` not found\n  |\n  = note: No such file or directory (os error 2)\n";
    assert!(
        explain(complaint, "the functions", "cargo build --workspace")
            .starts_with("no C linker was found; install one")
    );
}

#[test]
fn other_complaints_are_quoted() {
    let complaint =
        "warning: x\nerror[E0425]: cannot find value\n --> a.rs\nerror: could not compile\n";
    let sentence = explain(complaint, "the functions", "cargo build --workspace");
    assert!(
        sentence.contains("error[E0425]: cannot find value; error: could not compile"),
        "{sentence}"
    );
}

#[test]
fn the_profile_follows_the_folder() {
    assert!(profile(Path::new("target/debug")).is_empty());
    assert_eq!(
        profile(Path::new("target/release")),
        ["--profile", "release"]
    );
}

/// What Cargo sets for a package when it runs its program, and when it compiles it.
const OF_A_PACKAGE: [&str; 11] = [
    "CARGO_BIN_EXE_reviewloop",
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_AUTHORS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_TMPDIR",
    "OUT_DIR",
];

/// What a person sets, or rustup for them.
const OF_A_PERSON: [&str; 13] = [
    "CARGO_BUILD_JOBS",
    "CARGO_CFG_RUSTIX_USE_LIBC",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_HOME",
    "CARGO_INCREMENTAL",
    "CARGO_NET_OFFLINE",
    "CARGO_PROFILE_DEV_DEBUG",
    "CARGO_TARGET_DIR",
    "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER",
    "CARGO_TERM_COLOR",
    "REVIEWLOOP_STACK",
    "RUSTFLAGS",
    "RUSTUP_TOOLCHAIN",
];

#[tokio::test]
async fn the_build_inherits_what_a_person_set_and_nothing_that_cargo_set_for_this_package() {
    // "CARGO build …" is then the shell, which runs the file `build`.
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("build"), "env\n").expect("written");
    let project = Project {
        root: folder.path().to_owned(),
        functions: Vec::new(),
    };
    let set = OF_A_PACKAGE.iter().chain(&OF_A_PERSON);
    let mut variables: Vec<(OsString, OsString)> = set
        .map(|name| (OsString::from(name), OsString::from(format!("/{name}"))))
        .collect();
    variables.push(("CARGO".into(), "sh".into()));
    variables.push(("PATH".into(), std::env::var_os("PATH").expect("it is set")));

    let mut cargo = cargo(variables, &project, Path::new("target/debug"));
    let output = cargo.output().await.expect("a shell");
    let output = String::from_utf8(output.stdout).expect("names are UTF-8");
    let got: BTreeMap<&str, &str> = output
        .lines()
        .filter_map(|line| line.split_once('='))
        .collect();
    for name in OF_A_PACKAGE {
        assert_eq!(got.get(name), None, "{name}");
    }
    for name in OF_A_PERSON {
        let value = format!("/{name}");
        assert_eq!(got.get(name), Some(&value.as_str()), "{name}");
    }
    assert_eq!(got.get("CARGO"), Some(&"sh"));
}

#[test]
fn a_build_that_names_a_target_fills_the_folder_of_this_program() {
    let project = Project {
        root: "/project".into(),
        functions: Vec::new(),
    };
    let target_folder = |variables: Vec<(OsString, OsString)>, folder: &str| {
        let cargo = cargo(variables, &project, Path::new(folder));
        let arguments: Vec<_> = cargo.as_std().get_args().collect();
        let at = arguments.iter().position(|it| *it == "--target-dir");
        at.and_then(|at| arguments.get(at + 1)).map(PathBuf::from)
    };
    let named = || vec![("CARGO_BUILD_TARGET".into(), "triple".into())];
    let expected = Some(PathBuf::from("/t"));
    assert_eq!(target_folder(named(), "/t/triple/debug"), expected);
    assert_eq!(target_folder(named(), "/t/debug"), expected);
    assert_eq!(target_folder(Vec::new(), "/t/debug"), expected);
}
