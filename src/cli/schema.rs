//! `schema`: the JSON Schema of a kind of file.

use super::args::SchemaArgs;
use super::screen::Screen;
use crate::finding::Exit;
use crate::names::nearest;
use crate::schemas::{KINDS, Kind};

pub(super) fn run(args: &SchemaArgs, screen: &mut Screen) -> Exit {
    let Some(name) = args.kind.as_deref() else {
        let width = KINDS.iter().map(|kind| kind.name.len()).max().unwrap_or_default();
        let lines: Vec<_> = KINDS.iter().map(|kind| format!("{:width$}  {}\n", kind.name, kind.about)).collect();
        screen.result(&lines.concat());
        return Exit::Clean;
    };
    let Some(kind) = Kind::named(name) else {
        screen.error(&unknown(name));
        return Exit::BadInput;
    };
    screen.result(&kind.text());
    Exit::Clean
}

fn unknown(name: &str) -> String {
    let near = nearest(&name.to_lowercase(), KINDS.iter().map(|kind| kind.name));
    let hint = near.map_or_else(|| "`multicasskop schema` lists all kinds".to_owned(), |near| format!("did you mean `{near}`?"));
    format!("error: there is no schema `{name}`; {hint}")
}
