//! The steps of an AutoML job one after the other, as the job runs them.

mod analyze;
mod notebooks;
mod steps;

use std::fs;
use std::path::Path;

use contracts::automl::Analysis;
use serde::de::DeserializeOwned;
use tempfile::TempDir;

use super::arguments::Arguments;
use super::{Command, run};
use crate::container::Container;

struct Job {
    folder: TempDir,
}

impl Job {
    /// With these files in the input `data`.
    fn of(files: &[(&str, &str)]) -> Job {
        let job = Job {
            folder: tempfile::tempdir().unwrap(),
        };
        for (name, text) in files {
            job.put(&format!("data/{name}"), text);
        }
        job
    }

    /// A file of an input.
    fn put(&self, name: &str, text: &str) {
        let path = self.container().input("").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn container(&self) -> Container {
        Container::at(self.folder.path())
    }

    fn run(&self, command: Command) -> Result<(), String> {
        run(&self.container(), &command).map_err(|error| format!("{error:#}"))
    }

    /// An output becomes an input.
    fn hand_over(&self, output: &str, input: &str) {
        let to = self.container().input(input);
        // An earlier one.
        let _ = fs::remove_dir_all(&to);
        copy(&self.container().output(output), &to);
    }

    fn text(&self, output: &str) -> String {
        fs::read_to_string(self.container().output(output)).unwrap()
    }

    fn json<T: DeserializeOwned>(&self, output: &str) -> T {
        serde_json::from_str(&self.text(output)).unwrap()
    }

    fn analysis(&self) -> Analysis {
        self.json("analysis/analysis.json")
    }

    fn lines(&self, output: &str) -> Vec<serde_json::Value> {
        let text = self.text(output);
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

fn arguments(target: &str) -> Arguments {
    Arguments {
        target: target.to_owned(),
        problem_type: None,
        objective: None,
        features: None,
        validation_fraction: 0.2,
    }
}

fn analyze(target: &str) -> Command {
    Command::Analyze(arguments(target))
}

/// Reviews whose words, shop and age say how they are rated, with a title, a number of the row, a column of chance and one
/// without values.
fn table(rows: usize) -> String {
    let words = ["awful", "plain", "lovely"];
    let mut text = "Nr,Title,Review,Shop,Age,Day,Empty,rating\n".to_owned();
    for n in 0..rows {
        let class = n % 3;
        let word = words[class];
        let title = if n % 5 == 0 { "" } else { "What I think of it" };
        let shop = ["Nörth, old", "South", "East"][if n % 4 == 0 { n % 3 } else { class }];
        let age = 20 + 12 * class + n * 7 % 23;
        text += &format!(
            "n{n},{title} {n},\"I say \"\"{word}\"\", it is\nso {word} a dress, number {n}\",\"{shop}\",{age},day {},,{}\n",
            n % 7,
            class as i32 - 1
        );
    }
    text
}
