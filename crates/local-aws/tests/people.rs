//! Human review from the outside: the SDKs on one side, a browser's requests on the other.

mod people {
    mod cognito;
    mod human_loops;
    mod portal;
    mod stage;
    mod workforce;
}
