//! `convert`: a source in v1alpha1 → one in v2.

use std::path::Path;

use super::args::{ApiFormat, ConvertArgs};
use super::load;
use super::screen::Screen;
use crate::convert::{Converted, convert, is_convertible};
use crate::finding::{Exit, Finding};
use crate::report::Report;
use crate::schema::{Profile, Release};
use crate::source::Sources;
use crate::write;

pub(super) fn run(args: &ConvertArgs, screen: &mut Screen) -> Exit {
    let ApiFormat::V2 = args.to;
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let converted = of_file(args, &mut sources, &mut findings);
    screen.findings(&Report { findings: &findings, sources: &sources });
    let exit = Report { findings: &findings, sources: &sources }.exit(false);
    let Some(converted) = converted else {
        screen.message("nothing was converted");
        return exit;
    };
    if let Err(finding) = give(args, &converted, screen) {
        screen.findings(&Report { findings: &[finding], sources: &sources });
        return Exit::BadInput;
    }
    tell(&converted, &sources, screen);
    exit
}

fn of_file(args: &ConvertArgs, sources: &mut Sources, findings: &mut Vec<Finding>) -> Option<Converted> {
    if args.in_place && args.file == "-" {
        findings.push(Finding::invalid("`--in-place` needs a file, not standard input").fix("name the file"));
        return None;
    }
    let release = release(args.casskop_version.as_deref()).map_err(|finding| findings.push(finding)).ok()?;
    let documents = load::documents(&args.file, sources, findings)?;
    if !documents.iter().any(is_convertible) {
        let finding = Finding::invalid(format!("`{}` holds neither a MultiCasskop nor a CassandraCluster", args.file));
        findings.push(finding.fix("name a file with a ring in v1alpha1"));
        return None;
    }
    let (source, _) = sources.iter().next()?;
    convert(sources, source, &documents, release, findings)
}

fn release(version: Option<&str>) -> Result<Release, Finding> {
    let Some(version) = version else { return Ok(Release::NEWEST) };
    let release =
        Release::parse(version).map_err(|reason| Finding::invalid(format!("--casskop-version: `{version}` {reason}")))?;
    if release.profile() == Profile::V1_1_5 {
        let finding = Finding::invalid(format!("--casskop-version: CassKop {release} reads v1alpha1, not v2"));
        return Err(finding.fix("state the version that will run, 2.0.2 or later"));
    }
    Ok(release)
}

/// Prints the text or writes it where the user wants it.
fn give(args: &ConvertArgs, converted: &Converted, screen: &mut Screen) -> Result<(), Finding> {
    match &args.out {
        Some(out) => write::create_file(Path::new(out), &converted.text),
        None if args.in_place && converted.changes.is_empty() => Ok(()),
        None if args.in_place => write::replace_file(Path::new(&args.file), &converted.text),
        None => {
            screen.result(&converted.text);
            Ok(())
        }
    }
}

/// Says all that changed.
fn tell(converted: &Converted, sources: &Sources, screen: &mut Screen) {
    for change in &converted.changes {
        let place = change.span.map(|span| sources.position(span));
        let place = place.map(|place| format!("{}:{}: ", place.file, place.line)).unwrap_or_default();
        screen.message(&format!("{place}{}", change.what));
    }
    screen.message(&match converted.changes.len() {
        0 => "nothing to convert: there is no v1alpha1 in it".to_owned(),
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    });
    if !converted.kept {
        screen.message("the file was written anew, without its comments: it is laid out in a way that could not be edited");
    }
}
