//! The bars of the simulation, with fewer draws than it prints.

use super::{faults, file, measure};

/// At a true rate of 5 %, more than 3 of 20 would be accused by one choice of draws in sixty; measured are 2 to 3 %.
const SOUND: u64 = 20;
const MOST_ALARMS: u64 = 3;

/// A fault of each kind in a file of so many rows, in every draw.
const FAULTY: u64 = 5;
const LARGE: usize = 2000;

#[test]
fn sound_files_of_every_size_are_seldom_accused() {
    let Some(rows) = file::rows() else {
        eprintln!("skipped: {} is not here", file::path().display());
        return;
    };
    for alarms in measure::sound(&rows, SOUND) {
        assert!(
            alarms.ours <= MOST_ALARMS,
            "{}: {}",
            alarms.share,
            alarms.ours
        );
        assert!(
            alarms.deequ > alarms.ours,
            "{}: {}",
            alarms.share,
            alarms.deequ
        );
        assert_eq!(alarms.held, 0, "{}", alarms.share);
    }
}

#[test]
fn every_fault_is_caught_in_a_file_of_two_thousand_rows() {
    let Some(rows) = file::rows() else {
        eprintln!("skipped: {} is not here", file::path().display());
        return;
    };
    for fault in faults::ALL {
        let caught = measure::caught(&rows, fault, &[LARGE], FAULTY);
        assert_eq!(caught.ours, [FAULTY], "{}", fault.name);
    }
}
