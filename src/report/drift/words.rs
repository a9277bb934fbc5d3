//! What all formats of a drift report say in the same words: states, counts, who,
//! since when, effects, the last line. Text is that of the input, unescaped. Pure.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::fold::{FoldedEffect, Who};
use crate::check::{ActorKind, Class, ClusterDrift, Direction, DriftReport, RingDrift};
use crate::report::names;

/// More clusters or places than this are counted, not named; the table has them all.
pub(super) const MOST_NAMES: usize = 8;

/// Which side moved.
pub(in crate::report) fn state(cluster: &ClusterDrift, ring: &RingDrift) -> String {
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

/// How many differences of which class.
pub(in crate::report) fn counts(ring: &RingDrift) -> String {
    let counted = Class::ALL.into_iter().filter_map(|class| {
        let count = ring.differences.iter().filter(|found| found.class == class && found.ignored.is_none()).count();
        (count > 0).then(|| format!("{count} {}", class.as_str()))
    });
    let ignored = ring.differences.iter().filter(|found| found.ignored.is_some()).count();
    let ignored = (ignored > 0).then(|| format!("{ignored} ignored"));
    counted.chain(ignored).collect::<Vec<_>>().join(", ")
}

/// What CassKop would do, and where; all clusters of the group together.
pub(in crate::report) fn effect(effect: &FoldedEffect<'_>) -> String {
    let pods = match effect.pods {
        0 => String::new(),
        1 => "1 pod".to_owned(),
        pods => format!("{pods} pods"),
    };
    let parts: Vec<_> = [pods, names(&effect.racks, MOST_NAMES)].into_iter().filter(|part| !part.is_empty()).collect();
    let place = if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(" in ")) };
    // Where CassKop does nothing of its own there is no operation to be named.
    match effect.one.operation.as_str() {
        "none" => format!("{}{place}", effect.one.text),
        operation => format!("{operation}: {}{place}", effect.one.text),
    }
}

/// Who set a value, how and when.
pub(in crate::report) fn who(who: &Who<'_>, now: Timestamp) -> String {
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
pub(in crate::report) fn when(time: Timestamp, now: Timestamp) -> String {
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

/// The last line, and the only one if all is well.
pub(in crate::report) fn summary(report: &DriftReport) -> String {
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
