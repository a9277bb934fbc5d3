//! The drift report for people: a table of what is not as Git wants it, then
//! what differs, said once for all clusters in which it does. Pure.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Paint};
use comfy_table::{Table, presets};
use jiff::Timestamp;

use super::fold::{Folded, Group, groups};
use super::values::{lines, painted};
use super::words::{MOST_NAMES, counts, effect, state, summary, when, who};
use crate::check::{ClusterDrift, DriftReport};
use crate::report::{Style, names, terminal};

/// The report as text.
pub fn text(report: &DriftReport, style: Style) -> String {
    let mut out = String::new();
    let table = table(report);
    if !table.is_empty() {
        // The style has a column of blanks on both sides.
        out.extend(table.lines().map(|line| format!("{}\n", line.trim())));
        out.push('\n');
    }
    for cluster in &report.clusters {
        not_checked(&mut out, cluster, style);
    }
    let groups = groups(report);
    if groups.iter().any(|group| !group.differences.is_empty()) {
        out.push_str("- is what Git wants, + what is live\n\n");
    }
    for group in &groups {
        self::group(&mut out, group, report.at, style);
    }
    for note in &report.notes {
        let _ = writeln!(out, "note: {}", terminal(note));
    }
    out + &summary(report) + "\n"
}

/// A row for each ring that differs and each cluster that was not checked.
fn table(report: &DriftReport) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["CLUSTER", "RING", "STATE", "DIFFERENCES"]);
    let name = |text: &str| terminal(text).replace('\n', " ");
    for cluster in &report.clusters {
        if !cluster.not_checked.is_empty() {
            let reasons = cluster.not_checked.iter().map(|why| match &why.namespace {
                Some(namespace) => format!("{} ({namespace})", why.reason),
                None => why.reason.to_owned(),
            });
            let mut reasons: Vec<_> = reasons.collect();
            reasons.dedup();
            table.add_row([name(&cluster.name), "-".to_owned(), "not checked".to_owned(), name(&reasons.join(", "))]);
        }
        for ring in cluster.rings.iter().filter(|ring| !ring.differences.is_empty()) {
            let key = format!("{}/{}", ring.namespace, ring.name);
            table.add_row([name(&cluster.name), name(&key), state(cluster, ring), counts(ring)]);
        }
    }
    table
}

fn not_checked(out: &mut String, cluster: &ClusterDrift, style: Style) {
    for why in &cluster.not_checked {
        let place = why.namespace.as_ref().map(|namespace| format!(", namespace {namespace}")).unwrap_or_default();
        let head = format!("not checked: {}{}", terminal(&cluster.name), terminal(&place));
        let own = why.message.strip_prefix(cluster.name.as_str()).and_then(|rest| rest.strip_prefix(": "));
        let message = terminal(own.unwrap_or(&why.message));
        let _ = writeln!(out, "{}: {message}", painted(&head, AnsiColor::Yellow.on_default().bold(), style));
        if !why.fix.is_empty() {
            let _ = writeln!(out, "  {}", terminal(&why.fix));
        }
        out.push('\n');
    }
}

fn group(out: &mut String, group: &Group<'_>, now: Timestamp, style: Style) {
    let head = format!("{} in {}", terminal(&group.ring), terminal(&names(&group.clusters, MOST_NAMES)));
    let _ = writeln!(out, "{}", painted(&head, Paint::new().bold(), style));
    for found in &group.differences {
        difference(out, found, now, style);
    }
    if !group.effects.is_empty() {
        out.push_str("  If Git were applied now:\n");
    }
    for one in &group.effects {
        let _ = writeln!(out, "    {}", terminal(&effect(one)));
    }
    out.push('\n');
}

fn difference(out: &mut String, found: &Folded<'_>, now: Timestamp, style: Style) {
    let one = found.one;
    let path = if one.path.is_empty() { format!("the whole {}", one.resource.as_str()) } else { one.path.clone() };
    let kind = if one.path.is_empty() { String::new() } else { format!(" ({})", one.resource.as_str()) };
    let kind = if one.resource.as_str() == "CassandraCluster" { String::new() } else { kind };
    let not_failing = if one.fails || one.ignored.is_some() { "" } else { ", only reported" };
    let class = painted(one.class.as_str(), AnsiColor::Cyan.on_default(), style);
    let _ = writeln!(out, "  {}{kind}: {class}{not_failing}", terminal(&path).replace('\n', " "));
    if !one.path.is_empty() {
        for line in lines(one.wanted.as_ref(), one.live.as_ref(), style) {
            let _ = writeln!(out, "    {line}");
        }
    }
    if !found.places.is_empty() {
        let places: Vec<_> = found.places.iter().map(|place| format!("{}:{}:{}", place.file, place.line, place.column)).collect();
        let places: Vec<_> = places.iter().map(String::as_str).collect();
        let _ = writeln!(out, "    Git: {}", terminal(&names(&places, MOST_NAMES)));
    }
    for actor in &found.actors {
        let _ = writeln!(out, "    {}", terminal(&who(actor, now)));
    }
    if found.actors.is_empty() && one.live.is_some() {
        out.push_str("    set by: unknown\n");
    }
    if let Some(first) = found.first_seen.filter(|first| *first < now) {
        let _ = writeln!(out, "    first seen {}", when(first, now));
    }
    if let Some(ignored) = &one.ignored {
        let owner = ignored.owner.as_ref().map(|owner| format!(", {owner}")).unwrap_or_default();
        let until = ignored.until.as_ref().map(|until| format!(", until {until}")).unwrap_or_default();
        let _ = writeln!(out, "    ignored: {}", terminal(&format!("{}{owner}{until}", ignored.reason)));
    }
}
