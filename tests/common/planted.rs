//! Secrets that tests plant, and that no output of any test may hold.
//!
//! Every token, password, key or kubeconfig of a test has [`MARK`] in it, in the
//! part that is secret. Whatever runs the program for a test hands all that it
//! said and wrote to [`assert_none`]; so a test cannot forget to look.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::disallowed_methods, reason = "tests look at files")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The word that makes a text a secret of the tests.
pub(crate) const MARK: &str = "planted";
/// How private keys, certificates and whole kubeconfigs with such begin.
const PEM: &str = "-----BEGIN";

/// Fails if a text holds a secret, as it is or in base64.
#[track_caller]
pub(crate) fn assert_none(what: &str, text: &str) {
    if let Some(form) = found(text) {
        panic!("{what} holds a secret that a test has planted ({form:?}):\n{text}");
    }
}

/// The form in which a text holds a secret.
pub(crate) fn found(text: &str) -> Option<&'static str> {
    static FORMS: OnceLock<Vec<String>> = OnceLock::new();
    let forms = FORMS.get_or_init(|| [MARK, PEM].into_iter().flat_map(forms).collect());
    forms.iter().map(String::as_str).find(|form| text.contains(form))
}

/// A word as it stands in a text, and in base64 of a text that holds it, wherever it begins there.
fn forms(word: &str) -> impl Iterator<Item = String> {
    let packed = (0..3).map(move |shift| {
        let bytes = [vec![b' '; shift], word.as_bytes().to_vec()].concat();
        let text = serde_json::to_value(k8s_openapi::ByteString(bytes)).expect("base64");
        let text = text.as_str().expect("a string").trim_end_matches('=').to_owned();
        // Its ends also say something of what stands before and after.
        let before = [0, 2, 3][shift];
        let after = usize::from(!(shift + word.len()).is_multiple_of(3));
        text[before..text.len() - after].to_owned()
    });
    std::iter::once(word.to_owned()).chain(packed)
}

/// All files below a folder that hold a secret.
pub(crate) fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let (mut open, mut holding) = (vec![folder.to_path_buf()], BTreeSet::new());
    while let Some(dir) = open.pop() {
        // A folder or file that may not be read cannot have been written by the program either.
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => open.push(path),
                Ok(kind) if kind.is_file() => {
                    let bytes = std::fs::read(&path).unwrap_or_default();
                    if found(&String::from_utf8_lossy(&bytes)).is_some() {
                        holding.insert(path);
                    }
                }
                _ => {}
            }
        }
    }
    holding
}

#[test]
fn planted_secrets_are_found_in_every_form() {
    for before in ["", "a", "ab", "abc"] {
        for word in [MARK, PEM] {
            let text = format!("{before}{word}-token");
            let packed = serde_json::to_string(&k8s_openapi::ByteString(text.clone().into_bytes())).unwrap();
            assert!(found(&text).is_some() && found(&packed).is_some(), "{text} {packed}");
        }
    }
    assert_eq!(found("the plant is a secret of nobody"), None);
}
