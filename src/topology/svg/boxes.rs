//! The boxes of the drawing: a cluster, its data centres, their racks, the nodes. Pure.

use std::fmt::Write as _;

use super::super::marks::{Mark, TopologyMarks};
use super::super::model::{ClusterTopology, DcTopology, RackTopology};
use super::super::words::{Nodes, about, count, first, nodes, racks, size, sums};
use super::pen::{Font, Piece, Px, fit, frame, line, moved, paragraph, width, xml};

/// Width of a cluster's box.
pub(super) const CLUSTER: Px = 404;
/// Room between the border of a cluster or data centre and what is in it.
const PAD: Px = 14;
/// Between boxes of the same kind.
const GAP: Px = 8;
/// So many racks stand side by side.
const ABREAST: usize = 3;
/// So many data centres of a cluster are drawn.
const DCS: usize = 8;
/// So many racks of a data centre are drawn.
const RACKS: usize = 9;
/// So many nodes of a rack are drawn.
const NODES: usize = 6;
/// Width and height of a node.
pub(super) const NODE: Px = 24;
/// From one node to the next.
const STEP: Px = 29;
/// Width of a mark for further nodes.
const MORE: Px = 82;

const NAME: Font = Font { size: 16, class: "bold" };
const DC_NAME: Font = Font { size: 14, class: "bold" };
const RACK_NAME: Font = Font { size: 12, class: "" };
const SMALL: Font = Font { size: 12, class: "quiet" };

/// Whose states are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marked<'a> {
    pub(super) ring: &'a str,
    pub(super) marks: &'a TopologyMarks,
}

impl Marked<'_> {
    /// The state of a part.
    fn of(&self, cluster: &str, dc: &str, rack: &str) -> Option<&Mark> {
        self.marks.get([self.ring, cluster, dc, rack])
    }

    /// The class of a cluster's frame.
    pub(super) fn class(&self, cluster: &ClusterTopology) -> String {
        let class = if cluster.is_retired() { "cluster retired" } else { "cluster" };
        with_state(class, self.of(&cluster.name, "", ""))
    }
}

fn with_state(class: &str, mark: Option<&Mark>) -> String {
    mark.map_or_else(|| class.to_owned(), |mark| format!("{class} {}", mark.state.as_str()))
}

/// A state in a line, if there is one.
fn state(mark: Option<&Mark>, x: Px, room: Px) -> Piece {
    let Some(mark) = mark else { return Piece::default() };
    let font = Font { size: 12, class: mark.state.as_str() };
    paragraph(x, 0, &format!("{} {}", mark.state.sign(), mark.words), room, font, 2)
}

/// What stands in a cluster's box.
pub(super) fn cluster(cluster: &ClusterTopology, marked: Marked<'_>) -> Piece {
    let room = CLUSTER - 2 * PAD;
    let wave = format!("wave {}", cluster.wave);
    let badge = width(&wave, SMALL) + 16;
    let mut piece = Piece { svg: line(PAD, 29, &cluster.name, room - badge - GAP, NAME), height: 44 };
    piece.svg.push_str(&frame(CLUSTER - PAD - badge, 12, badge, 24, 12, "badge"));
    let half = CLUSTER - PAD - badge / 2;
    let _ = writeln!(piece.svg, "<text x=\"{half}\" y=\"28\" font-size=\"12\" text-anchor=\"middle\">{}</text>", xml(&wave));
    below(&mut piece, &state(marked.of(&cluster.name, "", ""), PAD, room), 0);
    let about = if cluster.is_retired() {
        vec!["retired: not rendered any more, keeps its place in the order".to_owned()]
    } else {
        vec![about(cluster).join(", "), sums(&cluster.totals)]
    };
    for words in about {
        below(&mut piece, &paragraph(PAD, 0, &words, room, SMALL, 3), 0);
    }
    let (shown, more) = first(&cluster.dcs, DCS);
    for one in shown {
        piece.height += GAP;
        let inner = dc(&cluster.name, one, room, marked);
        let class = with_state("dc", marked.of(&cluster.name, &one.name, ""));
        let svg = frame(0, 0, room, inner.height, 6, &class) + &inner.svg;
        below(&mut piece, &Piece { svg, height: inner.height }, PAD);
    }
    if more > 0 {
        let words = format!("and {}", count(more as u64, "more data centre"));
        below(&mut piece, &paragraph(PAD, GAP, &words, room, SMALL, 1), 0);
        piece.height += GAP;
    }
    piece.height += PAD;
    piece
}

/// Puts a piece under another.
fn below(piece: &mut Piece, next: &Piece, x: Px) {
    if next.height == 0 {
        return;
    }
    piece.svg.push_str(&moved(x, piece.height, &next.svg));
    piece.height += next.height;
}

fn dc(cluster: &str, dc: &DcTopology, width: Px, marked: Marked<'_>) -> Piece {
    let room = width - 2 * PAD;
    let mut piece = Piece { svg: line(PAD, 23, &format!("DC {}: {}", dc.name, racks(dc)), room, DC_NAME), height: 31 };
    below(&mut piece, &state(marked.of(cluster, &dc.name, ""), PAD, room), 0);
    below(&mut piece, &paragraph(PAD, 0, &format!("each {}", size(&dc.node)), room, SMALL, 3), 0);
    piece.height += GAP;
    let (shown, more) = first(&dc.racks, RACKS);
    let abreast = shown.len().clamp(1, ABREAST);
    let columns = Px::try_from(abreast).unwrap_or(1);
    let each = (room - GAP * (columns - 1)) / columns;
    for row in shown.chunks(abreast) {
        let mark = |one: &RackTopology| marked.of(cluster, &dc.name, &one.name);
        let drawn: Vec<_> = row.iter().map(|one| (with_state("rack", mark(one)), rack(one, each, mark(one)))).collect();
        let height = drawn.iter().map(|(_, piece)| piece.height).max().unwrap_or(0);
        let mut x = PAD;
        for (class, one) in drawn {
            piece.svg.push_str(&moved(x, piece.height, &(frame(0, 0, each, height, 4, &class) + &one.svg)));
            x += each + GAP;
        }
        piece.height += height + GAP;
    }
    if more > 0 {
        below(&mut piece, &paragraph(PAD, 0, &format!("and {}", count(more as u64, "more rack")), room, SMALL, 1), 0);
        piece.height += GAP;
    }
    piece.height += PAD - GAP;
    piece
}

fn rack(rack: &RackTopology, width: Px, mark: Option<&Mark>) -> Piece {
    let mut piece = Piece { svg: line(9, 18, &rack.name, width - 18, RACK_NAME), height: 26 };
    let labels: Vec<_> = rack.node_labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    if !labels.is_empty() {
        let title = format!("runs on Kubernetes nodes with {}", labels.join(", "));
        let _ = writeln!(piece.svg, "<desc>{}</desc>", xml(&title));
    }
    let words = state(mark, 9, width - 18);
    if words.height > 0 {
        below(&mut piece, &words, 0);
        piece.height += 5;
    }
    if rack.nodes == 0 {
        below(&mut piece, &paragraph(9, 0, "no nodes", width - 18, SMALL, 1), 0);
        piece.height += 6;
        return piece;
    }
    let mut x = 9;
    for one in nodes(rack, NODES) {
        let wide = if matches!(one, Nodes::One(number, _) if number < 1000) { NODE } else { MORE };
        if x > 9 && x + wide > width - 7 {
            x = 9;
            piece.height += STEP;
        }
        piece.svg.push_str(&node(rack, one, x, piece.height, wide));
        x += wide + STEP - NODE;
    }
    piece.height += NODE + 9;
    piece
}

/// A node, or a mark for several.
fn node(rack: &RackTopology, nodes: Nodes, x: Px, y: Px, wide: Px) -> String {
    let stem = &rack.stateful_set;
    let (shape, class, text, title) = match nodes {
        Nodes::One(number, true) => {
            (frame(x, y, wide, NODE, 5, "seed"), "on-seed", number.to_string(), format!("{stem}-{number}, a seed"))
        }
        Nodes::One(number, false) => {
            (frame(x, y, wide, NODE, NODE / 2, "node"), "", number.to_string(), format!("{stem}-{number}"))
        }
        Nodes::More(from, to) => (
            frame(x, y, wide, NODE, NODE / 2, "node"),
            "",
            format!("{from} to {to}"),
            format!("{stem}-{from} to {stem}-{to}: {}", count(to - from + 1, "node")),
        ),
    };
    let font = Font { size: 11, class: "" };
    let text = fit(&text, wide, font);
    format!(
        "<g><title>{}</title>{}<text x=\"{}\" y=\"{}\" font-size=\"11\" text-anchor=\"middle\" class=\"{class}\">{text}</text></g>\n",
        xml(&title),
        shape.trim_end(),
        x + wide / 2,
        y + 16,
    )
}
