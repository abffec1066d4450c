//! Words as a shell takes them, for commands that people copy.

use crate::render::safe::Safe;

/// A path as a shell takes it; one that cannot be printed as it is stays a placeholder.
pub(crate) fn quoted(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+=:,@%".contains(&byte);
    if Safe::new(path).as_str() != path {
        "PATH".to_owned()
    } else if !path.is_empty() && path.bytes().all(plain) {
        path.to_owned()
    } else {
        single(path)
    }
}

/// A question in SQL as a shell takes it: between double quotes, which leave it readable, unless a
/// shell would find something to do between them.
#[cfg(feature = "lake")]
pub(crate) fn question(sql: &str) -> String {
    let inert = |byte: u8| !b"$`\\\"!".contains(&byte);
    if Safe::new(sql).as_str() != sql {
        "SQL".to_owned()
    } else if sql.bytes().all(inert) {
        format!("\"{sql}\"")
    } else {
        single(sql)
    }
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_survive_a_shell() {
        let cases = [
            ("./AWSLogs", "./AWSLogs"),
            ("my logs", "'my logs'"),
            ("it's; rm -rf $HOME", r"'it'\''s; rm -rf $HOME'"),
            ("a\u{1b}[2J", "PATH"),
            ("", "''"),
            ("日本", "'日本'"),
        ];
        for (path, expected) in cases {
            assert_eq!(super::quoted(path), expected);
        }
    }

    #[cfg(feature = "lake")]
    #[test]
    fn questions_survive_a_shell() {
        let cases = [
            ("name = 'lena'", r#""name = 'lena'""#),
            ("name = '$(id)'", r"'name = '\''$(id)'\'''"),
            ("name = '`id`'", r"'name = '\''`id`'\'''"),
            ("name = 'a\"b'", r#"'name = '\''a"b'\'''"#),
            ("name = 'a!b'", r"'name = '\''a!b'\'''"),
            ("name = '\u{1b}[2J'", "SQL"),
        ];
        for (sql, expected) in cases {
            assert_eq!(super::question(sql), expected);
        }
    }
}
