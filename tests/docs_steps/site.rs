//! A fresh folder in which a page is followed, with a shell, git and this program.

use std::path::Path;
use std::process::{Command, Stdio};

pub(crate) struct Site {
    /// The reader's home; what a page does, it does in `~`.
    home: tempfile::TempDir,
    /// Keeps the folder in which the last command ended.
    state: tempfile::TempDir,
}

impl Site {
    pub(crate) fn new() -> Self {
        let site = Self { home: tempfile::tempdir().expect("a folder"), state: tempfile::tempdir().expect("a folder") };
        std::fs::write(site.state.path().join("here"), site.home.path().to_str().expect("UTF-8")).expect("writable");
        site
    }

    /// The folder in which the reader is.
    fn here(&self) -> String {
        std::fs::read_to_string(self.state.path().join("here")).expect("written").trim_end().to_owned()
    }

    /// A shell as the reader has it, with nothing of this machine's settings.
    fn bash(&self) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_multicasskop")).parent().expect("a folder");
        let mut command = Command::new("bash");
        command.env_clear().current_dir(self.here()).env("PATH", format!("{}:/usr/bin:/bin", program.display()));
        command.env("HOME", self.home.path()).env("GIT_CONFIG_NOSYSTEM", "1").env("LC_ALL", "C.UTF-8");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.net");
            command.env(format!("GIT_{who}_DATE"), "2026-11-21T12:00:00Z");
        }
        command.stdin(Stdio::null());
        command
    }

    /// Runs a block and gives what it prints, on both streams.
    pub(crate) fn run(&self, script: &str, exits: i32, at: &str) -> String {
        let note = format!("pwd > '{}/here'", self.state.path().display());
        let script = format!("exec 2>&1\ntrap \"{note}\" EXIT\nset -e\n{script}");
        let output = self.bash().args(["-c", &script]).output().expect("bash");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        crate::planted::assert_none("the output", &printed);
        assert_eq!(output.status.code(), Some(exits), "{at}: exit code\n{printed}");
        printed
    }

    pub(crate) fn check_syntax(&self, script: &str, at: &str) {
        let output = self.bash().args(["-n", "-c", script]).output().expect("bash");
        assert!(output.status.success() && output.stderr.is_empty(), "{at}: {}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = Path::new(&self.here()).join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("writable");
    }

    /// Changes the one place of a file that has these lines.
    pub(crate) fn edit(&self, path: &str, before: &str, after: &str, at: &str) {
        let path = Path::new(&self.here()).join(path);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{at}: {}: {error}", path.display()));
        assert_eq!(text.matches(before).count(), 1, "{at}: these lines are to stand in the file once:\n{before}\nIt is:\n{text}");
        std::fs::write(path, text.replacen(before, after, 1)).expect("writable");
    }

    /// Copies a folder with all that is below it to where the reader is.
    pub(crate) fn copy(&self, from: &Path) {
        let output = self.bash().args(["-c", "cp -r \"$1\"/. .", "bash"]).arg(from).output().expect("cp");
        assert!(output.status.success(), "{output:?}");
    }
}
