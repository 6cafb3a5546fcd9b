use std::os::unix::fs::symlink;

use super::*;
use crate::store::Store;

fn mode(folder: &Path) -> u32 {
    folder.metadata().unwrap().mode() & 0o7777
}

fn open_to_all(folder: &Path) {
    std::fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_new_state_folder_is_closed_to_every_other_user_of_the_machine() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new/state");
    let store = Store::open(&folder).unwrap();
    assert_eq!(mode(&folder), 0o700);
    drop(store);
}

#[test]
fn a_state_folder_that_others_could_read_is_closed_when_it_is_opened() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("state");
    std::fs::create_dir(&folder).unwrap();
    open_to_all(&folder);
    drop(Store::open(&folder).unwrap());
    assert_eq!(mode(&folder), 0o700, "it was empty");
    open_to_all(&folder);
    drop(Store::open(&folder).unwrap());
    assert_eq!(mode(&folder), 0o700, "it held a state");
}

#[test]
fn a_folder_of_another_user_is_refused_by_name_and_stays_as_it_is() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("state");
    std::fs::create_dir(&folder).unwrap();
    open_to_all(&folder);
    let link = parent.path().join("link");
    symlink(&folder, &link).unwrap();
    let stranger = geteuid().as_raw() + 1;
    for path in [&folder, &link] {
        let refused = make_for(path, stranger).unwrap_err();
        let StoreError::NotOurs { owner, .. } = refused else {
            panic!("{refused}")
        };
        assert_eq!(owner, geteuid().as_raw());
        assert!(
            refused.to_string().contains(&path.display().to_string()),
            "{refused}"
        );
    }
    assert_eq!(mode(&folder), 0o755);
}

#[test]
fn an_open_folder_with_other_files_is_refused_and_stays_open() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cat.jpg"), "cat").unwrap();
    open_to_all(folder.path());
    let refused = Store::open(folder.path()).err().unwrap();
    assert!(matches!(refused, StoreError::Shared(_)), "{refused}");
    assert_eq!(mode(folder.path()), 0o755);
}

#[test]
fn a_folder_is_in_use_for_as_long_as_its_store_is_open() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!Store::is_in(folder.path()) && !Store::is_in_use(folder.path()));
    let store = Store::open(folder.path()).unwrap();
    assert!(Store::is_in(folder.path()) && Store::is_in_use(folder.path()));
    drop(store);
    assert!(Store::is_in(folder.path()) && !Store::is_in_use(folder.path()));
}
