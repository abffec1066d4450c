//! A document as one page of HTML that loads nothing and runs nothing.

use std::fmt::Write;

use super::{Block, Document};
use crate::safe::Safe;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
"#;

const STYLE: &str = "<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #8886; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #8883; vertical-align: top; }
th:last-child, td:last-child { text-align: left; overflow-wrap: anywhere; }
.remark { opacity: .75; }
pre { padding: .5rem .8rem; background: #8882; overflow-x: auto; }
</style>
";

impl Document {
    /// The document as a page of HTML.
    pub fn html(&self) -> String {
        let mut out = HEAD.to_owned();
        if let Some(Block::Title(title)) = self.blocks.first() {
            let _ = writeln!(out, "<title>{}</title>", escaped(title));
        }
        out += STYLE;
        out += "</head>\n<body>\n";
        for block in &self.blocks {
            let _ = match block {
                Block::Title(text) => writeln!(out, "<h1>{}</h1>", escaped(text)),
                Block::Heading(text) => writeln!(out, "<h2>{}</h2>", escaped(text)),
                Block::Subheading(text) => writeln!(out, "<h3>{}</h3>", escaped(text)),
                Block::Text(text) => writeln!(out, "<p>{}</p>", escaped(text)),
                Block::Remark(text) => writeln!(out, "<p class=\"remark\">{}</p>", escaped(text)),
                Block::List(items) => {
                    out += "<ul>\n";
                    for item in items {
                        let _ = writeln!(out, "<li>{}</li>", escaped(item));
                    }
                    writeln!(out, "</ul>")
                }
                Block::Table { headings, rows } => {
                    out += "<table>\n";
                    row(&mut out, "th", headings.iter().copied());
                    for cells in rows {
                        row(&mut out, "td", cells.iter().map(String::as_str));
                    }
                    writeln!(out, "</table>")
                }
                Block::Command(text) => writeln!(out, "<pre>{}</pre>", escaped(text)),
            };
        }
        out += "</body>\n</html>\n";
        out
    }
}

fn row<'a>(out: &mut String, tag: &str, cells: impl Iterator<Item = &'a str>) {
    *out += "<tr>";
    for cell in cells {
        let _ = write!(out, "<{tag}>{}</{tag}>", escaped(cell));
    }
    *out += "</tr>\n";
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in Safe::new(text).as_str().chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
