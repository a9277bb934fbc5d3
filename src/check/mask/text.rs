//! Secrets inside a text: user names and passwords in URLs, what is assigned to
//! names that look secret, private keys. Pure.

use super::looks_secret;

/// No name is longer; a longer run of letters is data.
const LONGEST_NAME: usize = 100;

/// The first secret of a text, with what stands before and behind it.
pub(super) fn split_secret(text: &str) -> Option<(&str, &str, &str)> {
    let found = [user_info(text), assigned(text), private_key(text)];
    let (start, end) = found.into_iter().flatten().min()?;
    let (head, after) = text.split_at_checked(end)?;
    let (before, secret) = head.split_at_checked(start)?;
    Some((before, secret, after))
}

/// `user:password` in `https://user:password@host`.
fn user_info(text: &str) -> Option<(usize, usize)> {
    text.match_indices("://").find_map(|(at, sign)| {
        let start = at + sign.len();
        let rest = text.get(start..)?;
        let url = rest.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>')).next()?;
        let authority = url.split(['/', '?', '#']).next()?;
        // A password may have a slash in it, although it should not; a port has digits only.
        let port = authority.split_once(':').is_none_or(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        let end = if authority.contains('@') || port { authority.rfind('@') } else { url.rfind('@') }?;
        (end > 0).then_some((start, start + end))
    })
}

/// The value in `password=value`, `password: value`, `"password":"value"` and `--password value`.
fn assigned(text: &str) -> Option<(usize, usize)> {
    let signs = text.char_indices().filter(|(_, c)| matches!(c, '=' | ':' | ' ' | '\t'));
    signs.into_iter().find_map(|(at, sign)| {
        let (head, rest) = text.split_at_checked(at)?;
        let rest = rest.get(1..)?;
        let name = name_before(head);
        let counts = match sign {
            '=' => true,
            ':' => rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\')) || head.ends_with(['"', '\'']),
            _ => name.starts_with('-'),
        };
        if !counts || !looks_secret(name) {
            return None;
        }
        let value = rest.trim_start_matches([' ', '\t', '\\', '"', '\'']);
        let start = text.len() - value.len();
        let quote = text.get(..start)?.chars().next_back().filter(|c| matches!(c, '"' | '\''));
        let end = match quote {
            Some(quote) => value.find(quote),
            None if sign == ':' => value.find('\n'),
            None => value.find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&' | '"' | '\'')),
        };
        let end = end.unwrap_or(value.len());
        (end > 0 && !is_masked(value)).then_some((start, start + end))
    })
}

fn is_masked(value: &str) -> bool {
    value.starts_with("(masked ")
}

/// The name that a text ends with, quotes and blanks behind it left out; empty if there is none.
fn name_before(head: &str) -> &str {
    let head = head.trim_end_matches([' ', '\t', '\\', '"', '\'']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = head.char_indices().rev().take(LONGEST_NAME + 1).take_while(|(_, c)| is_name(*c)).last();
    let name = start.and_then(|(at, _)| head.get(at..)).unwrap_or_default();
    if name.len() > LONGEST_NAME { "" } else { name }
}

/// A private key in PEM, or what there is of it.
fn private_key(text: &str) -> Option<(usize, usize)> {
    const END: &str = "PRIVATE KEY-----";
    let start = text.find("-----BEGIN ")?;
    let rest = text.get(start..)?;
    let first = rest.find(END).filter(|at| rest.get(..*at).is_some_and(|label| !label.contains('\n')))?;
    let body = start + first + END.len();
    let end = text.get(body..)?.find(END).map_or(text.len(), |at| body + at + END.len());
    Some((start, end))
}
