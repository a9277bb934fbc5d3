//! What is wrong with a text that is not YAML, or not YAML that becomes JSON,
//! in our own words: the parser's errors name its inner states. Pure.

use granit_parser::{ErrorKind, ScanError, Tag};

use crate::finding::Finding;
use crate::source::{SourceId, Span};

use super::compose::MAX_DEPTH;

/// What the reading of a text gives; the finding is boxed, because results are moved for every value.
pub(super) type Fallible<T> = Result<T, Box<Finding>>;

/// A byte offset as spans hold it.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A place in a source.
pub(super) fn place(source: SourceId, start: usize, end: usize) -> Span {
    Span { source, start: offset(start), end: offset(end) }
}

/// The parser's error as a finding.
pub(super) fn explain(error: &ScanError, text: &str, source: SourceId) -> Finding {
    let start = error.marker().byte_offset().unwrap_or_default().min(text.len());
    // Of a tab the parser says where the value began that it was in.
    let start = match error.kind() {
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => text.get(start..).and_then(|rest| rest.find('\t')).map_or(start, |at| start + at),
        _ => start,
    };
    let width = text.get(start..).and_then(|rest| rest.chars().next()).filter(|next| *next != '\n').map_or(0, char::len_utf8);
    let span = place(source, start, start + width);
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return too_deep(span);
    }
    let (message, fix) = words(error);
    Finding::invalid(message).at(span, "").fix(fix)
}

/// Message and fix.
#[expect(clippy::too_many_lines, reason = "one table, read line by line")]
fn words(error: &ScanError) -> (String, &'static str) {
    use ErrorKind as E;
    const INDENT: &str = "indent members of one object, and elements of one list, by the same number of spaces";
    const CUT_OFF: &str = "close it; the file may have been cut off";
    let (message, fix) = match error.kind() {
        E::UnclosedFlowCollection { open } => (format!("this `{open}` is never closed"), CUT_OFF),
        E::UnclosedQuotedScalar => ("this quote is never closed".to_owned(), CUT_OFF),
        E::MismatchedFlowCollectionEnd { open, close } => {
            (format!("`{open}` is closed by `{close}`"), "close every bracket by its own counterpart")
        }
        E::MisplacedFlowCollectionEnd => ("a bracket closes nothing here".to_owned(), "remove it, or open it before"),
        E::UnexpectedEof
        | E::UnexpectedEofBlockMapping
        | E::UnexpectedEofBlockSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofFlowSequence
        | E::UnexpectedEofImplicitFlowMapping => {
            ("the text ends in the middle of a value".to_owned(), "complete it; the file may have been cut off")
        }
        E::TabInBlockIndentation | E::TabInIndentation | E::TabNotAllowed | E::TabAtBlockScalarStart | E::TabInPlainScalar => {
            ("there is a tab where YAML allows only spaces".to_owned(), "indent with spaces")
        }
        E::UnexpectedCharacter { character: character @ ('@' | '`' | '%') } => {
            (format!("a value cannot begin with `{character}`"), "quote the value")
        }
        E::UnexpectedCharacter { character } => (
            format!("the character U+{:04X} is not allowed here", u32::from(*character)),
            "remove it, or write it as an escape such as `\\u0007` between double quotes",
        ),
        E::BomInsideDocument => (
            "there is a byte order mark (U+FEFF) inside the text".to_owned(),
            "remove it: it comes from joining files that begin with one",
        ),
        E::SimpleKeyExpected | E::InvalidSimpleKey => (
            "this line is neither `key: value` nor part of the value above".to_owned(),
            "add the `:` after the key, or indent the line as a part of the value",
        ),
        E::MappingValueNotAllowed | E::MappingKeyNotAllowed | E::InvalidColonPlacement => (
            "a `key: value` is not possible here".to_owned(),
            "quote a value that holds `: `, or begin a new line with the right indentation",
        ),
        E::ExpectedBlockMappingKey | E::ExpectedBlockSequenceEntry | E::InvalidIndentation | E::BlockSequenceEntryNotAllowed => {
            ("this line does not fit the indentation of the lines above".to_owned(), INDENT)
        }
        E::InvalidBlockScalarIndent | E::InvalidFlowScalarIndent | E::InvalidQuotedScalarIndent => {
            ("this line is indented less than the value that it belongs to".to_owned(), "indent it by more spaces than the key")
        }
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator => {
            ("a `,` or the closing bracket is missing before this".to_owned(), "separate elements by `,` and close every bracket")
        }
        E::UnknownQuotedScalarEscape => (
            "there is an unknown escape between the double quotes".to_owned(),
            "write `\\\\` for a backslash, or use single quotes",
        ),
        E::InvalidLowSurrogate | E::MissingLowSurrogate | E::UnpairedLowSurrogate | E::InvalidLowSurrogateHexEscape => {
            ("there is half a surrogate pair, which is no character".to_owned(), "write both halves, or the character itself")
        }
        E::InvalidTrailingDoubleQuotedScalar | E::InvalidTrailingSingleQuotedScalar => {
            ("there is text behind the closing quote".to_owned(), "quote the whole value; double a quote inside single quotes")
        }
        E::ExpectedNodeContent => ("a value is missing here".to_owned(), "write the value, or `null`, `{}` or `[]`"),
        _ => (format!("this is not YAML: {}", error.kind()), "mend the text here"),
    };
    (message, fix)
}

/// More levels than anybody needs.
pub(super) fn too_deep(span: Span) -> Finding {
    Finding::invalid(format!("objects and lists lie more than {MAX_DEPTH} deep in each other"))
        .at(span, "one level too many")
        .why("a limit keeps a damaged or hostile file from taking all memory")
        .fix("check that this is the right file; Kubernetes objects have less than 30 levels")
}

/// A tag that does not become JSON the same way everywhere.
pub(super) fn unusable_tag(tag: &Tag, span: Span) -> Finding {
    Finding::invalid(format!("the tag `{}` cannot be used here", tag.original()))
        .at(span, "the value with this tag")
        .why("readers ignore it, or make something else of the value")
        .fix("remove the tag; quote the value if a string is meant")
}

/// A tag that the text does not fit.
pub(super) fn wrong_tag(tag: &Tag, span: Span) -> Finding {
    Finding::invalid(format!("the value does not fit its tag `{}` for every reader", tag.original()))
        .at(span, "this value")
        .fix("write it the plain way (`true`, `12`, `0.5`, `null`) and remove the tag")
}
