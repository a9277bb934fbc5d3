//! `-o FORMAT` and `-o FORMAT=FILE`, for commands whose report has several formats.

use std::path::{Path, PathBuf};

use super::screen::Screen;
use crate::finding::Finding;
use crate::gate::GateFormat;
use crate::report::{DriftFormat, Style};
use crate::write;

/// The formats of a report.
pub(super) trait Format: Copy + 'static {
    /// All of them.
    fn all() -> Vec<Self>;
    /// The word for one on the command line.
    fn word(self) -> &'static str;
}

impl Format for DriftFormat {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Format for GateFormat {
    fn all() -> Vec<Self> {
        Self::ALL.to_vec()
    }

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// A format, and the file that it goes to; `None` is standard output.
#[derive(Clone, Debug)]
pub(super) struct Output<F> {
    format: F,
    file: Option<PathBuf>,
}

/// Reads one, as typed.
pub(super) fn parse<F: Format>(text: &str) -> Result<Output<F>, String> {
    let (word, file) = text.split_once('=').map_or((text, None), |(word, file)| (word, Some(PathBuf::from(file))));
    let format = F::all().into_iter().find(|format| format.word() == word).ok_or_else(|| {
        let words: Vec<_> = F::all().into_iter().map(|format| format!("`{}`", format.word())).collect();
        format!("write one of {}, alone or with a file: `json=report.json`", words.join(", "))
    })?;
    if file.as_deref() == Some(Path::new("")) {
        return Err("name a file after `=`".to_owned());
    }
    Ok(Output { format, file })
}

/// Whether at most one goes to standard output; says so if not.
pub(super) fn one_is_printed<F>(outputs: &[Output<F>], screen: &Screen) -> bool {
    let one = outputs.iter().filter(|output| output.file.is_none()).count() <= 1;
    if !one {
        screen.error("error: only one format can go to standard output; write the others to files: `-o json=report.json`");
    }
    one
}

/// Writes the files and prints, in the `usual` format if nothing else was asked for: who
/// has the report written to a file still sees what was found. Gives what could not be written.
pub(super) fn put<F: Format>(
    outputs: &[Output<F>],
    usual: F,
    screen: &mut Screen,
    render: impl Fn(F, Style) -> String,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for output in outputs {
        if let Some(path) = &output.file {
            findings.extend(write::replace_file(path, &render(output.format, Style::Plain)).err());
        }
    }
    let printed = outputs.iter().find(|output| output.file.is_none()).map_or(usual, |output| output.format);
    screen.result(&render(printed, screen.style()));
    findings
}
