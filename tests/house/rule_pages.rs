//! The pages of the rules say what the table of rules says.

use std::path::PathBuf;

use multicasskop::rule::RuleId;

const SECTIONS: [&str; 3] = ["## Why", "## Fires on", "## Fix"];

/// What a rule's page lacks.
fn lacks(id: RuleId, page: &str) -> Vec<String> {
    let rule = id.rule();
    let mut wanted = vec![format!("Severity: {}", rule.severity.as_str())];
    wanted.extend(SECTIONS.map(str::to_owned));
    let mut lacks: Vec<_> = wanted.into_iter().filter(|line| !page.lines().any(|found| found == line)).collect();
    let title = format!("# {id}: {}", rule.title);
    if page.lines().next() != Some(&title) {
        lacks.push(format!("{title} (as its first line)"));
    }
    lacks
}

#[test]

fn every_rule_has_its_page() {
    let complaints = RuleId::ALL.iter().flat_map(|id| {
        let path = PathBuf::from(format!("docs/rules/{id}.md"));
        let page = super::read(&path);
        lacks(*id, &page).into_iter().map(move |line| format!("{} lacks the line `{line}`", path.display()))
    });
    super::assert_none(&complaints.collect::<Vec<_>>());
}

#[test]

fn every_page_has_its_rule() {
    let pages = super::texts_under("docs/rules", "md");
    let names = pages.iter().map(|(path, _)| path.file_stem().unwrap().to_str().unwrap().to_owned());
    let strays = names.filter(|name| name != "README" && RuleId::parse(name).is_none_or(|id| id.as_str() != name));
    super::assert_none(&strays.map(|name| format!("docs/rules/{name}.md is the page of no rule")).collect::<Vec<_>>());
}

#[test]
fn a_page_that_lacks_something_is_found() {
    let rule = RuleId::L01.rule();
    let page = format!("# L01: {}\n\nSeverity: error\n\n## Why\n\n## Fires on\n\n## Fix\n", rule.title);
    assert_eq!(lacks(RuleId::L01, &page), Vec::<String>::new());
    assert_eq!(lacks(RuleId::L01, &page.replace("error", "warning")), ["Severity: error"]);
    assert_eq!(lacks(RuleId::L01, &page.replace("## Fix", "## Fixes")), ["## Fix"]);
    assert_eq!(lacks(RuleId::L02, &page).len(), 1);
}
