//! Shipped data says where it comes from.

use super::{Rule, Tree, Violation, no_particulars};

pub(super) const RULE: Rule = Rule {
    name: "provenance",
    holds: "Every file under `data/` is named in `data/PROVENANCE.md`, which tells its source, date and licence.",
    particulars: no_particulars,
    check,
};

const PAGE: &str = "data/PROVENANCE.md";

fn check(tree: &Tree) -> Vec<Violation> {
    let page = tree.file(PAGE).map_or("", |file| file.text.as_str());
    let mut violations = Vec::new();
    for path in tree.paths.iter().filter(|path| path.starts_with("data/") && *path != PAGE) {
        let inside = path.trim_start_matches("data/");
        // A whole folder may share one entry, written with its closing slash.
        let folders = inside.match_indices('/').map(|(end, _)| format!("`{}/`", &inside[..end]));
        let mut entries = folders.chain([format!("`{inside}`")]);
        let named = entries.any(|entry| page.contains(&entry));
        if !named {
            let message = format!(
                "`{inside}` is not named in {PAGE}: add its source, date, licence and what was done to it"
            );
            violations.push(Violation::new(path, 0, message));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::tree::tree_of;
    use super::*;

    #[test]
    fn data_of_unknown_origin_is_told() {
        let files = [
            (PAGE, "| `networks.bin` | … |\n| `actions/` | … |\n"),
            ("data/networks.bin", ""),
            ("data/actions/s3/read.toml", ""),
            ("data/found.csv", ""),
        ];
        let told: Vec<_> =
            check(&tree_of(&files)).into_iter().map(|violation| violation.path).collect();
        assert_eq!(told, ["data/found.csv"]);
    }
}
