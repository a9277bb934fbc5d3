//! `explain`: a rule's page.

use super::args::ExplainArgs;
use super::screen::Screen;
use crate::finding::Exit;
use crate::names::nearest;
use crate::rule::RuleId;

pub(super) fn run(args: &ExplainArgs, screen: &mut Screen) -> Exit {
    let Some(name) = &args.rule else {
        let line = |rule: &RuleId| format!("{rule}  {:7}  {}\n", rule.rule().severity.as_str(), rule.rule().title);
        screen.result(&RuleId::ALL.iter().map(line).collect::<String>());
        return Exit::Clean;
    };
    if let Some(rule) = RuleId::parse(name) {
        screen.result(rule.page());
        return Exit::Clean;
    }
    let near = nearest(&name.to_uppercase(), RuleId::ALL.iter().map(|rule| rule.as_str()));
    let hint = near.map_or_else(|| "`multicasskop explain` lists all rules".to_owned(), |near| format!("did you mean `{near}`?"));
    screen.error(&format!("error: there is no rule `{name}`; {hint}"));
    Exit::BadInput
}
