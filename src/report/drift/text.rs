//! The drift report for people: a table of what is not as Git wants it, then
//! what differs, said once for all clusters in which it does. Pure.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Paint};
use comfy_table::{Table, presets};
use jiff::Timestamp;

use super::fold::{Folded, FoldedEffect, Group, Who, groups};
use super::values::{lines, painted};
use crate::check::{ActorKind, Class, ClusterDrift, Direction, DriftReport, RingDrift};
use crate::report::{Style, terminal};

/// More clusters or places than this are counted, not named; the table has them all.
const MOST_NAMES: usize = 8;

pub(super) fn render(report: &DriftReport, style: Style) -> String {
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

fn state(cluster: &ClusterDrift, ring: &RingDrift) -> String {
    let words = match ring.state.direction {
        Direction::Same => "Git's revision",
        Direction::EditedLive => "Git's revision, changed live",
        Direction::OtherRevision => "another revision",
        Direction::Both => "another revision, changed live",
        Direction::Unknown => "revision unknown",
        Direction::NotThere => "not there",
        Direction::NotInGit if cluster.retired => "not in Git: cluster retired",
        Direction::NotInGit => "not in Git",
    };
    words.to_owned()
}

fn counts(ring: &RingDrift) -> String {
    let counted = Class::ALL.into_iter().filter_map(|class| {
        let count = ring.differences.iter().filter(|found| found.class == class && found.ignored.is_none()).count();
        (count > 0).then(|| format!("{count} {}", class.as_str()))
    });
    let ignored = ring.differences.iter().filter(|found| found.ignored.is_some()).count();
    let ignored = (ignored > 0).then(|| format!("{ignored} ignored"));
    counted.chain(ignored).collect::<Vec<_>>().join(", ")
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
    let head = format!("{} in {}", terminal(&group.ring), terminal(&names(&group.clusters)));
    let _ = writeln!(out, "{}", painted(&head, Paint::new().bold(), style));
    for found in &group.differences {
        difference(out, found, now, style);
    }
    if !group.effects.is_empty() {
        out.push_str("  If Git were applied now:\n");
    }
    for effect in &group.effects {
        let _ = writeln!(out, "    {}", terminal(&self::effect(effect)));
    }
    out.push('\n');
}

/// What CassKop would do, and where; all clusters of the group together.
fn effect(effect: &FoldedEffect<'_>) -> String {
    let pods = match effect.pods {
        0 => String::new(),
        1 => "1 pod".to_owned(),
        pods => format!("{pods} pods"),
    };
    let parts: Vec<_> = [pods, names(&effect.racks)].into_iter().filter(|part| !part.is_empty()).collect();
    let place = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(" in ")) };
    // Where CassKop does nothing of its own there is no operation to be named.
    match effect.one.operation.as_str() {
        "none" => format!("{}{place}", effect.one.text),
        operation => format!("{operation}: {}{place}", effect.one.text),
    }
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
        let _ = writeln!(out, "    Git: {}", terminal(&names(&places)));
    }
    for who in &found.actors {
        let _ = writeln!(out, "    {}", terminal(&self::who(who, now)));
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

fn who(who: &Who<'_>, now: Timestamp) -> String {
    let kind = match who.one.kind {
        ActorKind::Person => "by hand",
        ActorKind::Engine => "GitOps engine",
        ActorKind::Casskop => "CassKop",
        ActorKind::Controller => "another program",
    };
    let times = match who.times {
        None => String::new(),
        Some((first, last)) if first == last => format!(", {}", when(last, now)),
        Some((first, last)) => format!(", from {} to {}", stamp(first), when(last, now)),
    };
    format!("set by: {} ({kind}, {}){times}", who.one.manager, who.one.operation)
}

fn stamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A time, and how long ago it was.
fn when(time: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(time).as_mins();
    let ago = match minutes {
        ..0 => return format!("{}, in the future: check the clocks", stamp(time)),
        0 => "just now".to_owned(),
        1..120 => format!("{minutes} min ago"),
        120..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    };
    format!("{} ({ago})", stamp(time))
}

fn names(all: &[&str]) -> String {
    let shown = all.get(..MOST_NAMES).unwrap_or(all).join(", ");
    if all.len() > MOST_NAMES { format!("{shown} and {} more", all.len() - MOST_NAMES) } else { shown }
}

/// The last line, and the only one if all is well.
fn summary(report: &DriftReport) -> String {
    let rings = || report.clusters.iter().flat_map(|cluster| &cluster.rings);
    let checked = report.clusters.iter().filter(|cluster| cluster.not_checked.is_empty()).count();
    let differ = rings().filter(|ring| ring.differences.iter().any(|found| found.fails)).count();
    let known = rings().filter(|ring| !ring.differences.is_empty()).count() - differ;
    let dumps = report.clusters.iter().filter(|cluster| cluster.dump.is_some()).count();
    let (total, clusters) = (rings().count(), report.clusters.len());
    let objects = if total == 1 { "1 live ring" } else { &format!("{total} live rings") };
    let mut line = match differ {
        0 if total == 0 => "no live ring was looked at".to_owned(),
        0 if checked < clusters => {
            format!("{objects} could be looked at and {} as Git wants", if total == 1 { "is" } else { "are" })
        }
        0 => format!("{objects}: nothing differs from Git that should not"),
        _ => format!("{objects}: {differ} {} from Git", if differ == 1 { "differs" } else { "differ" }),
    };
    if known > 0 {
        let _ = write!(line, ", {known} with ignored or requested differences only");
    }
    let _ = write!(line, "; {checked} of {clusters} {} checked", if clusters == 1 { "cluster" } else { "clusters" });
    if dumps > 0 {
        let _ = write!(line, ", {dumps} from {}", if dumps == 1 { "a dump" } else { "dumps" });
    }
    if checked < clusters {
        line.push_str("; not all is known of the others");
    }
    line
}
