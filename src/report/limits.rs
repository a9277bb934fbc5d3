//! How large a report may be, as those say who take it (docs/facts.md, Limits of GitHub),
//! and what stands in for the rest. Pure.

/// A comment or the text of an issue or pull request: GitHub takes 65,536 characters,
/// and hidden lines by which it is found again need some of them. Counted in bytes,
/// which are never fewer.
pub const COMMENT: usize = 65_536 - 2_536;

/// What a step may add to a job's summary: 1 MiB. One byte more and all of it is dropped, so
/// some is kept for what is said beside the report. In bytes.
pub const SUMMARY: usize = (1 << 20) - 16_384;

/// Annotations of one kind that a step may make; more are dropped without a word.
pub const ANNOTATIONS: usize = 10;

/// Results that code scanning shows; it takes more, and shows the first.
pub const SARIF_RESULTS: usize = 5_000;

/// A SARIF file, in bytes. The limit is for the compressed file; uncompressed it holds in any case.
pub const SARIF_BYTES: usize = 10_000_000;

/// Related places of a result.
pub const SARIF_RELATED: usize = 100;

/// Where the whole report is, for formats that had to leave something out: an address or a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whole(pub Option<String>);
