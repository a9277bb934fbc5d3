//! Runs the steps of `action.yml` as a runner does: with Bash, expressions put in
//! for their values, `GITHUB_*` and `RUNNER_*`, fresh folders, and nothing else of
//! this machine. The cache actions are played with a folder.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;

use crate::planted;

/// A job: a workspace, a cache that later runs see, and the variables of the event.
pub(crate) struct Job {
    folder: tempfile::TempDir,
    /// Variables beside those that every runner has.
    pub(crate) variables: BTreeMap<String, String>,
    /// Folders that come first in PATH.
    pub(crate) path: Vec<PathBuf>,
    runs: u64,
}

/// What a run of the Action did.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Exit code of the step that failed, else 0.
    pub(crate) code: i32,
    /// All that was printed.
    pub(crate) log: String,
    /// The outputs of the Action.
    pub(crate) outputs: BTreeMap<String, String>,
    /// The job's summary.
    pub(crate) summary: String,
}

/// The program, built already.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_multicasskop");

type Values = BTreeMap<String, String>;

fn action() -> Json {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    serde_yaml::from_str(&text).unwrap()
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl Job {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["workspace", "cache"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self { folder, variables: Values::new(), path: Vec::new(), runs: 0 }
    }

    /// A file of the repository.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("workspace").join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.file(name).parent().unwrap()).unwrap();
        std::fs::write(self.file(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }

    /// Sets the event that the run is for.
    pub(crate) fn event(&mut self, event: &Json) {
        let path = self.folder.path().join("event.json");
        std::fs::write(&path, event.to_string()).unwrap();
        self.variables.insert("GITHUB_EVENT_PATH".to_owned(), path.display().to_string());
    }

    /// Uses the Action with inputs, in a job of its own, where the program is built already.
    pub(crate) fn uses(&mut self, inputs: &[(&str, &str)]) -> Ran {
        let built = [("install", "path"), ("binary", PROGRAM)];
        let inputs: Vec<_> = built.iter().chain(inputs).copied().collect();
        self.uses_exactly(&inputs)
    }

    /// The same with these inputs alone.
    pub(crate) fn uses_exactly(&mut self, inputs: &[(&str, &str)]) -> Ran {
        self.runs += 1;
        let action = action();
        let mut values = self.values(&action, inputs);
        let temp = PathBuf::from(&values["runner.temp"]);
        std::fs::create_dir_all(&temp).unwrap();
        let mut ran = Ran { code: 0, log: String::new(), outputs: Values::new(), summary: String::new() };
        for (number, step) in action["runs"]["steps"].as_array().unwrap().iter().enumerate() {
            if !runs(step["if"].as_str().unwrap_or("success()"), &values, ran.code == 0) {
                continue;
            }
            match step["uses"].as_str() {
                Some(used) => self.cache(used, step, &values),
                None => self.step(number, step, &mut values, &mut ran),
            }
        }
        for (name, output) in action["outputs"].as_object().unwrap() {
            ran.outputs.insert(name.clone(), expanded(output["value"].as_str().unwrap(), &values));
        }
        ran
    }

    fn values(&self, action: &Json, inputs: &[(&str, &str)]) -> Values {
        let mut values = Values::new();
        let mut set = |name: &str, value: &str| values.insert(name.to_owned(), value.to_owned());
        set("github.token", self.variables.get("TOKEN").map_or("", String::as_str));
        set("github.workspace", &self.file("").display().to_string());
        set("github.run_id", &(1000 + self.runs).to_string());
        set("github.run_attempt", "1");
        set("github.action_repository", self.variables.get("ACTION_REPOSITORY").map_or("", String::as_str));
        set("github.server_url", "https://github.example");
        let windows = self.variables.get("RUNNER_OS").is_some_and(|system| system == "Windows");
        let temp = format!("temp{}{}", if windows { '\\' } else { '-' }, self.runs);
        set("runner.temp", &self.folder.path().join(temp).display().to_string());
        let declared = action["inputs"].as_object().unwrap();
        for (name, input) in declared {
            let default = expanded(input["default"].as_str().unwrap(), &values);
            values.insert(format!("inputs.{name}"), default);
        }
        for (name, value) in inputs {
            assert!(declared.contains_key(*name), "there is no input {name}");
            values.insert(format!("inputs.{name}"), (*value).to_owned());
        }
        values
    }

    /// A step with `run:`.
    fn step(&self, number: usize, step: &Json, values: &mut Values, ran: &mut Ran) {
        let temp = PathBuf::from(&values["runner.temp"]);
        let script = temp.join(format!("step-{number}.sh"));
        let run = step["run"].as_str().unwrap();
        assert!(!run.contains("${{"), "an expression in a script can be code");
        std::fs::write(&script, run).unwrap();
        assert_eq!(step["shell"], "bash");
        let file = |name: &str| temp.join(format!("{name}-{number}"));
        let (output, summary) = (file("output"), file("summary"));
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script).env_clear();
        let path = self.path.iter().map(|path| path.display().to_string() + ":").collect::<String>();
        command.env("PATH", path + &std::env::var("PATH").unwrap()).env("HOME", &temp);
        command.env("GITHUB_ACTIONS", "true").env("CI", "true").env("GITHUB_ACTION_PATH", root());
        command.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary);
        command.env("RUNNER_TEMP", &temp).env("RUNNER_OS", "Linux").env("RUNNER_ARCH", "X64");
        command.env("GITHUB_REPOSITORY", "o/r").env("GITHUB_RUN_ID", &values["github.run_id"]).env("GITHUB_RUN_ATTEMPT", "1");
        command.env("GITHUB_SERVER_URL", &values["github.server_url"]).env("GITHUB_WORKSPACE", self.file(""));
        command.envs(&self.variables);
        command.current_dir(step["working-directory"].as_str().map_or(self.file(""), |folder| expanded(folder, values).into()));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            command.env(name, expanded(value.as_str().unwrap(), values));
        }
        let done = command.output().unwrap();
        for said in [&done.stdout, &done.stderr] {
            let said = String::from_utf8_lossy(said);
            planted::assert_none("the log", &said);
            ran.log += &said;
        }
        // The program itself knows how keys begin.
        let program = temp.join(concat!("multicasskop-", env!("CARGO_PKG_VERSION")));
        let told: Vec<_> = planted::files(&temp).into_iter().filter(|path| !path.starts_with(&program)).collect();
        assert!(told.is_empty(), "a secret was written: {told:?}");
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        ran.summary += &read(&summary);
        for line in read(&output).lines() {
            let (name, value) = line.split_once('=').unwrap();
            values.insert(format!("steps.{}.outputs.{name}", step["id"].as_str().unwrap()), value.to_owned());
        }
        if !done.status.success() {
            ran.code = done.status.code().unwrap_or(-1);
        }
    }

    /// `actions/cache/restore` and `actions/cache/save`, with a folder per key.
    fn cache(&self, used: &str, step: &Json, values: &Values) {
        let (name, commit) = used.split_once('@').unwrap();
        assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{used} is not pinned");
        let with = |name: &str| expanded(step["with"][name].as_str().unwrap(), values);
        let (path, cache) = (PathBuf::from(with("path")), self.folder.path().join("cache"));
        match name {
            "actions/cache/restore" => {
                let prefix = with("restore-keys");
                let mut kept: Vec<_> = std::fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().path()).collect();
                kept.retain(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&prefix));
                kept.sort();
                if let Some(latest) = kept.last() {
                    copy(latest, &path);
                }
            }
            "actions/cache/save" => copy(&path, &cache.join(with("key"))),
            other => panic!("{other} is not known to the test"),
        }
    }
}

/// Copies the files of a folder.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).into_iter().flatten() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// A text with the values of its expressions.
fn expanded(text: &str, values: &Values) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, after) = after.split_once("}}").unwrap();
        out += before;
        out += &value(expression.trim(), values);
        rest = after;
    }
    out + rest
}

fn value(expression: &str, values: &Values) -> String {
    // What was not set is empty, as there.
    let known = expression.starts_with("steps.") || values.contains_key(expression);
    assert!(known, "`{expression}` is not known to the test");
    values.get(expression).cloned().unwrap_or_default()
}

/// Conditions as they are written here: comparisons with `&&` between them, and whether failures count.
fn runs(condition: &str, values: &Values, succeeded: bool) -> bool {
    let holds = |term: &str| match term.trim() {
        "always()" => true,
        "success()" => succeeded,
        term => {
            let (left, right, equal) = term
                .split_once("==")
                .map(|(left, right)| (left, right, true))
                .or_else(|| term.split_once("!=").map(|(left, right)| (left, right, false)))
                .unwrap();
            (value(left.trim(), values) == right.trim().trim_matches('\'')) == equal
        }
    };
    let says_when = ["always()", "success()"].iter().any(|word| condition.contains(word));
    (says_when || succeeded) && condition.split("&&").all(holds)
}
