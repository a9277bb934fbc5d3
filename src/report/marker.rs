//! The hidden first line by which a comment or an issue of ours is known again:
//! `<!-- multicasskop:render:fleet.yaml -->`. Pure.

use std::fmt;

/// Whose comment or issue it is: one for a command and a fleet file. Not the fleet's
/// name, because that is not known when the file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    command: String,
    file: String,
}

impl Marker {
    /// The marker for what a command says about a fleet file. Characters that could
    /// end it are replaced.
    pub fn new(command: &str, file: &str) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() || "._/-".contains(c) { c } else { '_' };
        let safe = |text: &str| text.chars().map(safe).take(200).collect::<String>();
        // Two dashes may not stand in an HTML comment.
        Self { command: safe(command), file: safe(file.trim_start_matches("./")).replace("--", "-_") }
    }

    /// The line; `more` is said after the name, and ours.
    pub fn line(&self, more: &str) -> String {
        format!("<!-- {self}{more} -->")
    }

    /// The rest of a text after the marker that is its first line.
    pub fn of(text: &str) -> Option<(Self, &str)> {
        let (first, rest) = text.split_once('\n')?;
        let (command, file) = first.strip_prefix("<!-- multicasskop:")?.strip_suffix(" -->")?.split_once(':')?;
        Some((Self::new(command, file), rest))
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "multicasskop:{}:{}", self.command, self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_back_from_a_text() {
        for file in ["fleet.yaml", "./ops/a--b c.yaml", "", "a--> @all\nb", "-", "---"] {
            let marker = Marker::new("render", file);
            let text = format!("{}\nall is well\n", marker.line(""));
            assert_eq!(text.matches("-->").count(), 1, "{text}");
            assert!(!marker.to_string().contains("--"), "{marker}");
            assert_eq!(Marker::of(&text), Some((marker, "all is well\n")));
        }
        assert_eq!(Marker::new("render", "./ops/fleet.yaml").to_string(), "multicasskop:render:ops/fleet.yaml");
        assert_eq!(Marker::of("## hello\n"), None);
    }
}
