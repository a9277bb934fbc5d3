//! The ring as a picture: clusters in the order of their waves, data centres,
//! racks, nodes, seeds, sizes.
//!
//! One model ([`Topology`]), made of prepared rings; each format is a file that
//! only draws it, and escapes what came from the input for its own medium. Pure.

mod amount;
mod build;
mod marks;
mod mermaid;
mod model;
mod svg;
mod text;
mod words;

pub use amount::{Bytes, Cpus};
pub use build::{node_labels, node_size, topology};
pub use marks::{Mark, State, TopologyMarks};
pub use mermaid::mermaid;
pub use model::{ClusterState, ClusterTopology, DcTopology, NodeSize, RackTopology, RingTopology, SeedOrigin, Topology, Totals};
pub use svg::{ClusterDrawing, RingDrawing, STYLE, drawings, svg};
pub use text::text;
