//! A report in blocks, to be set as Markdown or as a plain page of HTML; the terminal has a third way.
//!
//! What is said is said once, by whoever fills the document. Each way to set it makes every text
//! harmless for the place it goes to.

mod html;
mod markdown;

/// A report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// From the top down; the title is the first.
    pub blocks: Vec<Block>,
}

/// One block of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// What the report is.
    Title(String),
    /// What the next blocks are about.
    Heading(String),
    /// What is inside of that, one level down.
    Subheading(String),
    /// A paragraph.
    Text(String),
    /// A remark that may be skipped.
    Remark(String),
    /// Short texts, one below the other.
    List(Vec<String>),
    /// Numbers with a text at the end of each row.
    Table {
        /// One for each column.
        headings: Vec<&'static str>,
        /// Cells in the order of the headings.
        rows: Vec<Vec<String>>,
    },
    /// Something to type.
    Command(String),
}

impl Document {
    /// A report with nothing but its title.
    pub fn new(title: impl Into<String>) -> Self {
        Self { blocks: vec![Block::Title(title.into())] }
    }

    /// Adds what the next blocks are about.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading(text.into()));
    }

    /// Adds the same one level down.
    pub fn subheading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Subheading(text.into()));
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    /// Adds a remark that may be skipped.
    pub fn remark(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Remark(text.into()));
    }

    /// Adds short texts, one below the other.
    pub fn list(&mut self, items: Vec<String>) {
        self.blocks.push(Block::List(items));
    }

    /// A table; all columns but the last are numbers or short words.
    pub fn table(&mut self, headings: Vec<&'static str>, rows: Vec<Vec<String>>) {
        self.blocks.push(Block::Table { headings, rows });
    }

    /// Adds something to type.
    pub fn command(&mut self, command: impl Into<String>) {
        self.blocks.push(Block::Command(command.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    const NASTY: &str = "<b>&\"x\u{1b}[2J|`*_[a](javascript:x)\u{202e} HTTPS://a WWW.b ftp://c d@e";

    fn document() -> Document {
        let mut document = Document::new("Title");
        document.heading("Heading");
        document.text("Some words.");
        document.table(vec!["n", "what"], vec![vec!["1".into(), NASTY.into()]]);
        document.subheading(NASTY);
        document.list(vec!["one".into(), NASTY.into()]);
        document.remark(NASTY);
        document.command("keyhound scan ./a");
        document
    }

    #[test]
    fn one_document_two_ways() {
        let all = format!("{}\n=== HTML\n{}", document().markdown(), document().html());
        insta::assert_snapshot!(all);
    }

    #[test]
    fn nothing_that_is_told_becomes_markup() {
        let html = document().html();
        assert!(!html.contains("<b>") && html.contains("&lt;b&gt;&amp;&quot;x"), "{html}");
        let markdown = document().markdown();
        for markup in ["<b>", "[a](", "HTTPS:", "WWW.", "ftp:", "d@e"] {
            assert!(!markdown.contains(markup), "{markup} in {markdown}");
        }
        for text in [html, markdown] {
            let hidden =
                |letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}';
            assert!(!text.contains(hidden), "{text}");
        }
    }
}
