//! Where people answer human loops in a browser.
//!
//! The portal knows workers, tasks and answers, and nothing of where they are kept, the
//! sessions too: that is the [`Desk`] it is given. [`router`] is an `axum` router that wants
//! an origin of its own, so that no other page of the same host shares it.
//!
//! # Routes
//!
//! Every page is also JSON for a caller that sends `Accept: application/json`;
//! a program answers tasks on the very routes that the pages use. Every POST
//! takes a form (`application/x-www-form-urlencoded`) and, but for the sign-in,
//! the session's `csrf`.
//!
//! | route | form | JSON answer |
//! |---|---|---|
//! | `POST /signin` | `username`, `password` | `{"worker", "csrf", "new_password_required"}`, sets the cookie; 401 refused, 429 too many attempts |
//! | `POST /new-password` | `csrf`, `password` | as `/signin` |
//! | `GET /tasks` | | `{"csrf", "answered", "progress": {"open", "today"}, "tasks": [{"id", "human_loop", "title", "description", "flow"}]}`: the first of them |
//! | `GET /tasks/next` | | redirects to the next waiting task, or to `/tasks` |
//! | `GET /tasks/{id}` | | takes the task: `{"csrf", "id", "human_loop", "title", "input", "position", "total", "given", "skip_reasons"}`; with `given` it is the worker's own answer, which may still be changed; 410 where another worker has it or it is over |
//! | `POST /tasks/{id}/submit` | `csrf`, `answer` (JSON object, e.g. `{"sentiment":{"label":"0"}}`) | `{"next": id or null}`; 400 not a JSON object, 410 as above |
//! | `POST /tasks/{id}/return` | `csrf` | `{"next": null}`; others may take it |
//! | `POST /tasks/{id}/skip` | `csrf`, `reason`, `words` (one of the two) | `{"next": id or null}`; this worker never gets it again |
//! | `GET /answers` | | `{"csrf", "progress", "in_all", "newest": [{"id", "text", "label", "at", "seconds", "change_until"}]}`; 404 where answers are not kept |
//! | `POST /signout` | `csrf` | 204 |
//!
//! In HTML the same routes answer with pages and 303 redirects. A task's own
//! HTML is `GET /tasks/{id}/frame`, answered to a frame only and shown in a
//! sandboxed one: it runs its scripts in an opaque origin, may load nothing but
//! our element script and the files it was granted, and hands its answer up by
//! `postMessage`.
//!
//! `GET /tasks/{id}` changes a state: it takes the task, under a lease and however often it is asked the same one. A link of
//! another site brings the session's cookie (`SameSite=Lax`), so there a click on a page of ours comes before.
//!
//! An answer whose session has ended comes back on the sign-in page, goes through the sign-in in hidden fields, and is
//! submitted by whoever signed in.
//!
//! Every route that asks the desk may answer 503 with `Retry-After`: the desk cannot be
//! reached. The page that a submitted answer then gets keeps the answer and posts it again.
//!
//! A session ends with the password that it was opened with. Its token, the count of its answers and
//! the task that was answered last are cookies, and its `csrf` is a hash of the token. What is kept between two requests
//! is the count of failed sign-ins alone, in the memory of each process.

mod desk;
mod server;
mod sessions;
pub mod template;

pub use desk::{
    Answers, Desk, Given, List, NoTask, NotChosen, Opened, Progress, Session, Task, Unavailable,
    Waiting, Worker,
};
pub use server::{Attempts, Hashing, PortalSettings, router};
pub use sessions::Sessions;
