//! `explain`: a rule's page.

use serde_json::{Value as Json, json};

use super::args::ExplainArgs;
use super::flags::TextFormat;
use super::load;
use super::screen::Screen;
use crate::finding::Exit;
use crate::names::nearest;
use crate::report::document;
use crate::rule::RuleId;

pub(super) fn run(args: &ExplainArgs, screen: &mut Screen) -> Exit {
    let rules = match args.rule.as_deref().map(|name| RuleId::parse(name).ok_or(name)) {
        None => RuleId::ALL,
        Some(Ok(rule)) => &[rule],
        Some(Err(name)) => {
            screen.error(&unknown(name));
            return Exit::BadInput;
        }
    };
    screen.result(&match (args.output, &args.rule) {
        (TextFormat::Json, _) => {
            load::json_text(&document("RuleList", json!({ "rules": rules.iter().copied().map(as_json).collect::<Json>() })))
        }
        (TextFormat::Text, Some(_)) => rules.iter().map(|rule| rule.page()).collect(),
        (TextFormat::Text, None) => rules.iter().copied().map(line).collect(),
    });
    Exit::Clean
}

fn line(rule: RuleId) -> String {
    format!("{rule}  {:7}  {}\n", rule.rule().severity.as_str(), rule.rule().title)
}

fn as_json(rule: RuleId) -> Json {
    let about = rule.rule();
    json!({
        "rule": rule,
        "severity": about.severity.as_str(),
        "allowable": about.allowable,
        "title": about.title,
        "why": about.why,
        "page": rule.page(),
    })
}

fn unknown(name: &str) -> String {
    let near = nearest(&name.to_uppercase(), RuleId::ALL.iter().map(|rule| rule.as_str()));
    let hint = near.map_or_else(|| "`multicasskop explain` lists all rules".to_owned(), |near| format!("did you mean `{near}`?"));
    format!("error: there is no rule `{name}`; {hint}")
}
