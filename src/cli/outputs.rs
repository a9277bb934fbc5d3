//! `-o FORMAT` and `-o FORMAT=FILE`, for all commands that have a report.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::screen::Screen;
use crate::finding::{Exit, Finding};
use crate::report::{Format, Model, Report, Style, Whole};
use crate::source::Sources;
use crate::write;

/// In which formats a report is wanted.
#[derive(Debug, Default, ClapArgs)]
pub(super) struct OutputArgs {
    /// Format of the report: text, json, markdown, comment, html, sarif, junit, github or prometheus
    ///
    /// On standard output, text by default, or with `FORMAT=FILE` as a file; may be repeated. The files are complete
    /// when the command ends, whatever it found.
    #[arg(short, long, value_name = "FORMAT[=FILE]", value_parser = parse)]
    pub(super) output: Vec<Output>,
    /// Where readers find the whole report, for formats that have to leave something out
    #[arg(long, value_name = "URL", value_parser = address)]
    pub(super) report_url: Option<String>,
}

/// A format, and the file that it goes to; without one to standard output.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) file: Option<PathBuf>,
}

/// Reads one, as typed.
pub(super) fn parse(text: &str) -> Result<Output, String> {
    let (word, file) = text.split_once('=').map_or((text, None), |(word, file)| (word, Some(PathBuf::from(file))));
    let format = Format::ALL.into_iter().find(|format| format.as_str() == word).ok_or_else(|| {
        let words: Vec<_> = Format::ALL.into_iter().map(|format| format!("`{}`", format.as_str())).collect();
        format!("write one of {}, alone or with a file: `json=report.json`", words.join(", "))
    })?;
    if file.as_deref() == Some(Path::new("")) {
        return Err("name a file after `=`".to_owned());
    }
    Ok(Output { format, file })
}

/// An address that may stand in every format as it is.
pub(super) fn address(text: &str) -> Result<String, String> {
    let scheme = text.starts_with("https://") || text.starts_with("http://");
    let harmless = text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c));
    if !scheme || !harmless || text.len() > 500 {
        return Err("write an address that begins with https://, without blanks, in at most 500 characters".to_owned());
    }
    Ok(text.to_owned())
}

impl OutputArgs {
    /// Whether what was asked for can be had; says so if not.
    pub(super) fn usable(&self, screen: &Screen) -> bool {
        if self.output.iter().filter(|output| output.file.is_none()).count() > 1 {
            screen.error("error: only one format can go to standard output; write the others to files: `-o json=report.json`");
            return false;
        }
        let files: Vec<_> = self.output.iter().filter_map(|output| output.file.as_ref()).collect();
        let twice = files.iter().enumerate().find(|(at, file)| files.iter().take(*at).any(|other| other == *file));
        if let Some((_, file)) = twice {
            screen.error(&format!("error: two formats cannot go to the same file, `{}`", file.display()));
            return false;
        }
        true
    }

    /// The format that is printed.
    pub(super) fn printed(&self) -> Option<Format> {
        self.output.iter().find(|output| output.file.is_none()).map(|output| output.format)
    }

    /// Whether a format is wanted that shows the drawing.
    pub(super) fn draws(&self) -> bool {
        self.output.iter().any(|output| output.format == Format::Html)
    }

    /// Where the whole report is: at the address, else in the file that leaves out least.
    pub(super) fn whole(&self) -> Whole {
        let file = |format| self.output.iter().find(|output| output.format == format)?.file.as_ref();
        let file = file(Format::Html).or_else(|| file(Format::Json));
        Whole(self.report_url.clone().or_else(|| file.map(|path| path.display().to_string())))
    }

    /// Writes the files; gives what could not be written.
    pub(super) fn write(&self, model: &dyn Model) -> Vec<Finding> {
        let mut findings = Vec::new();
        for output in &self.output {
            if let Some(path) = &output.file {
                findings.extend(write::replace_file(path, &output.format.render(model, Style::Plain, &self.whole())).err());
            }
        }
        findings
    }

    /// Writes the files and prints, as text if nothing else was asked for: who has the
    /// report written to a file still sees what was found.
    pub(super) fn put(&self, model: &dyn Model, mut findings: Vec<Finding>, screen: &mut Screen) -> Exit {
        findings.extend(self.write(model));
        let printed = self.printed().unwrap_or(Format::Text);
        screen.result(&printed.render(model, screen.style(), &self.whole()));
        let told = Report { findings: &findings, sources: &Sources::default() };
        screen.findings(&told);
        told.exit(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_with_and_without_a_file() {
        let read = parse("html=a=b.html").unwrap();
        assert_eq!((read.format, read.file), (Format::Html, Some(PathBuf::from("a=b.html"))));
        assert!(parse("json").unwrap().file.is_none());
        assert!(parse("pdf").unwrap_err().contains("`sarif`"));
        assert!(parse("json=").is_err());
    }

    #[test]
    fn addresses_are_harmless_in_every_format() {
        assert!(address("https://github.com/o/r/actions/runs/1?a=b#c").is_ok());
        for bad in ["javascript:alert(1)", "https://a b", "https://a>b", "https://a)b", "file:///a", "https://a\nb"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
