//! The topology as a drawing, to be put into a design document.
//!
//! Clusters are boxes in the order of their waves, with data centres, racks and
//! nodes in them. The file stands alone: no script, no font, no image, nothing
//! from anywhere else. What a colour says, a shape or a word says too. It follows
//! the reader's light or dark scheme. Pure.

mod boxes;
mod pen;

use std::fmt::Write as _;

use super::marks::TopologyMarks;
use super::model::{ClusterTopology, RingTopology, Topology};
use super::words::{count, first, origin, parts, sums};
use boxes::{CLUSTER, Marked, NODE, cluster};
use pen::{Font, Piece, Px, frame, line, moved, paragraph, xml};

/// Around everything; also the room for lines from one row to the next.
const MARGIN: Px = 40;
/// Between clusters.
const GAP: Px = 44;
/// Where lines meet a cluster's box, from its top.
const DOOR: Px = 24;
/// So many clusters of a ring are drawn.
const CLUSTERS: usize = 100;

const TITLE: Font = Font { size: 24, class: "bold" };
const PLAIN: Font = Font { size: 14, class: "" };
const QUIET: Font = Font { size: 14, class: "quiet" };

/// How the drawings look, as a style sheet: for whoever puts [`drawings`] into a document.
pub const STYLE: &str = concat!(include_str!("style.css"), include_str!("states.css"));

/// The same without states, which a drawing by itself does not show.
const OWN_STYLE: &str = include_str!("style.css");

/// A ring in pieces, for a document that puts them where it has room.
#[derive(Debug)]
pub struct RingDrawing {
    /// The ring's name, as it is written.
    pub name: String,
    /// What there is to say about it, unescaped.
    pub words: Vec<String>,
    /// Its clusters, in the order in which they get changes.
    pub clusters: Vec<ClusterDrawing>,
    /// How many more clusters there are than are drawn.
    pub more: usize,
}

/// A cluster of a ring.
#[derive(Debug)]
pub struct ClusterDrawing {
    /// An `svg` element without a style.
    pub svg: String,
}

/// The rings in pieces, with the states of their parts.
pub fn drawings(topology: &Topology, marks: &TopologyMarks) -> Vec<RingDrawing> {
    let ring = |ring: &RingTopology| {
        let marked = Marked { ring: &ring.name, marks };
        let (shown, more) = first(&ring.clusters, CLUSTERS);
        let clusters = shown.iter().map(|one| ClusterDrawing { svg: alone(one, marked) }).collect();
        RingDrawing { name: ring.name.clone(), words: words(ring), clusters, more }
    };
    topology.rings.iter().map(ring).collect()
}

/// A cluster by itself.
fn alone(one: &ClusterTopology, marked: Marked<'_>) -> String {
    let drawn = cluster(one, marked);
    let (width, height) = (CLUSTER + 2, drawn.height + 2);
    let state = marked.marks.get([marked.ring, &one.name, "", ""]).map(|mark| format!(", {}", mark.words)).unwrap_or_default();
    let label = xml(&format!("{}, wave {}{state}: {}", one.name, one.wave, sums(&one.totals)));
    format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{label}\">\n{}</svg>\n",
        moved(1, 1, &(frame(0, 0, CLUSTER, drawn.height, 8, &marked.class(one)) + &drawn.svg)),
    )
}

/// All rings, one below the other.
pub fn svg(topology: &Topology) -> String {
    let widest = topology.rings.iter().map(|ring| columns(ring.clusters.len())).max().unwrap_or(1);
    let inner = across(widest);
    let width = inner + 2 * MARGIN;
    let mut body = String::new();
    let mut y = MARGIN - 10;
    for one in &topology.rings {
        let piece = ring(one, inner);
        body.push_str(&moved(MARGIN, y, &piece.svg));
        y += piece.height + MARGIN;
    }
    let legend = legend(inner);
    body.push_str(&moved(MARGIN, y, &legend.svg));
    let height = y + legend.height + MARGIN - 10;
    let names: Vec<_> = topology.rings.iter().map(|ring| ring.name.as_str()).collect();
    let title = xml(&format!("Topology of {}", names.join(", ")));
    let described = topology.rings.iter().map(described).collect::<Vec<_>>().join(" ");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"topology-title topology-desc\">\n\
         <title id=\"topology-title\">{title}</title>\n<desc id=\"topology-desc\">{}</desc>\n<style>\n{OWN_STYLE}</style>\n{}{body}</svg>\n",
        xml(&described),
        frame(0, 0, width, height, 0, "page"),
    )
}

/// How many clusters stand side by side: never so many that the text is too small on a page.
fn columns(clusters: usize) -> usize {
    match clusters {
        0 | 1 => 1,
        2..=4 => 2,
        _ => 3,
    }
}

/// The width of so many clusters side by side.
fn across(columns: usize) -> Px {
    let columns = Px::try_from(columns).unwrap_or(1);
    columns * CLUSTER + (columns - 1) * GAP
}

/// A ring in words, for those who do not see the drawing.
fn described(ring: &RingTopology) -> String {
    let cluster = |cluster: &ClusterTopology| {
        let what = if cluster.is_retired() { "retired".to_owned() } else { sums(&cluster.totals) };
        format!("{} in wave {}: {what}", cluster.name, cluster.wave)
    };
    let (shown, more) = first(&ring.clusters, CLUSTERS);
    let mut clusters: Vec<_> = shown.iter().map(cluster).collect();
    if more > 0 {
        clusters.push(format!("and {}", count(more as u64, "more cluster")));
    }
    format!("{}: {}. {}.", ring.name, parts(ring), clusters.join("; "))
}

/// What there is to say about a ring.
fn words(ring: &RingTopology) -> Vec<String> {
    let mut words = vec![format!("{}; {}", parts(ring), sums(&ring.totals)), format!("Seeds: {}", origin(ring.seeds))];
    if !ring.other_seeds.is_empty() {
        words.push(format!("Seeds that are no node of the ring: {}", ring.other_seeds.join(", ")));
    }
    if !ring.not_in.is_empty() {
        words.push(format!("No part of the ring: {}", ring.not_in.join(", ")));
    }
    words
}

fn ring(ring: &RingTopology, width: Px) -> Piece {
    let mut piece = Piece { svg: line(0, 24, &ring.name, width, TITLE), height: 36 };
    for (at, words) in words(ring).iter().enumerate() {
        let next = paragraph(0, 0, words, width, if at == 0 { PLAIN } else { QUIET }, 4);
        piece.svg.push_str(&moved(0, piece.height, &next.svg));
        piece.height += next.height;
    }
    piece.height += 18;
    let (shown, more) = first(&ring.clusters, CLUSTERS);
    rows(&mut piece, shown, &ring.name);
    if more > 0 {
        let next = paragraph(0, 10, &format!("and {}", count(more as u64, "more cluster")), width, PLAIN, 1);
        piece.svg.push_str(&moved(0, piece.height, &next.svg));
        piece.height += next.height + 10;
    }
    piece
}

/// The clusters, row by row, each with a line from the one before.
fn rows(piece: &mut Piece, clusters: &[ClusterTopology], ring: &str) {
    let marks = TopologyMarks::default();
    let marked = Marked { ring, marks: &marks };
    let abreast = columns(clusters.len());
    let mut before: Option<&ClusterTopology> = None;
    for (row, chunk) in clusters.chunks(abreast).enumerate() {
        if row > 0 {
            piece.height += GAP;
        }
        let drawn: Vec<_> = chunk.iter().map(|one| cluster(one, marked)).collect();
        let height = drawn.iter().map(|piece| piece.height).max().unwrap_or(0);
        let mut x = 0;
        for (one, drawn) in chunk.iter().zip(drawn) {
            if let Some(before) = before {
                piece.svg.push_str(&connection(before, one, x, piece.height, across(abreast)));
            }
            let tall = if one.is_retired() { drawn.height } else { height };
            piece.svg.push_str(&moved(x, piece.height, &(frame(0, 0, CLUSTER, tall, 8, &marked.class(one)) + &drawn.svg)));
            before = Some(one);
            x += CLUSTER + GAP;
        }
        piece.height += height;
    }
}

/// The line from a cluster to the next, at `x` and `y`: with a head where one waits for the other.
fn connection(before: &ClusterTopology, next: &ClusterTopology, x: Px, y: Px, width: Px) -> String {
    let waits = before.wave != next.wave;
    let end = if waits { x - 9 } else { x };
    let door = y + DOOR;
    let mut svg = String::new();
    if x > 0 {
        let _ = writeln!(svg, "<path d=\"M{} {door}H{end}\" class=\"arrow\"/>", x - GAP);
    } else {
        // Out of the last box of the row above, around, and into the first of this one.
        let _ =
            writeln!(svg, "<path d=\"M{} {}V{}H{}V{door}H{end}\" class=\"arrow\"/>", width - GAP, y - GAP, y - GAP / 2, -GAP / 2);
    }
    if waits {
        let _ = writeln!(svg, "<path d=\"M{x} {door}l-11 -6v12z\" class=\"head\"/>");
    }
    svg
}

/// What the shapes mean, in columns.
fn legend(width: Px) -> Piece {
    const COLUMN: Px = 320;
    let mut piece = Piece::default();
    let mut x = 0;
    let seed = frame(0, 0, NODE, NODE, 5, "seed");
    let node = frame(0, 0, NODE, NODE, NODE / 2, "node");
    let then = "<path d=\"M0 12H22\" class=\"arrow\"/>\n<path d=\"M31 12l-11 -6v12z\" class=\"head\"/>\n".to_owned();
    let together = "<path d=\"M0 12H30\" class=\"arrow\"/>\n".to_owned();
    for (mark, words) in [
        (seed, "a seed, by its number in the rack"),
        (node, "another node"),
        (then, "gets changes after the one before"),
        (together, "at the same time"),
    ] {
        if x > 0 && x + COLUMN > width {
            x = 0;
            piece.height += 32;
        }
        piece.svg.push_str(&moved(x, piece.height, &(mark + &line(40, 17, words, COLUMN - 40, QUIET))));
        x += COLUMN;
    }
    piece.height += 28;
    piece
}
