//! Answers in XML, as the JSON that says the same.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

/// No answer of AWS is nested deeper.
const DEEPEST: usize = 32;

/// An element whose end has not come yet.
#[derive(Default)]
struct Open {
    name: String,
    text: String,
    children: Vec<(String, Value)>,
}

impl Open {
    /// Children by name; where all of them are `member` or `item` a list; without any a text.
    fn value(self) -> Value {
        if self.children.is_empty() {
            return Value::String(self.text);
        }
        if self.children.iter().all(|(name, _)| name == "member" || name == "item") {
            return Value::Array(self.children.into_iter().map(|(_, value)| value).collect());
        }
        Value::Object(self.children.into_iter().collect::<Map<_, _>>())
    }
}

/// The content of the root element; nothing if the text is no XML.
pub(super) fn value(text: &str) -> Option<Value> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Open::default()];
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if open.len() <= DEEPEST => {
                let name = String::from_utf8(start.local_name().into_inner().to_vec()).ok()?;
                open.push(Open { name, ..Open::default() });
            }
            Event::Start(_) => return None,
            Event::Empty(start) => {
                let name = String::from_utf8(start.local_name().into_inner().to_vec()).ok()?;
                open.last_mut()?.children.push((name, Value::String(String::new())));
            }
            Event::Text(text) => open.last_mut()?.text += &text.decode().ok()?,
            Event::CData(text) => open.last_mut()?.text += &text.decode().ok()?,
            Event::GeneralRef(reference) => open.last_mut()?.text += &meant(&reference)?,
            Event::End(_) => {
                let mut closed = open.pop()?;
                let name = std::mem::take(&mut closed.name);
                open.last_mut()?.children.push((name, closed.value()));
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    let whole = open.pop().filter(|_| open.is_empty())?;
    whole.children.into_iter().next().map(|(_, root)| root)
}

/// The signs that stand for themselves in no XML: `&amp;`, `&#xA;`.
fn meant(reference: &BytesRef<'_>) -> Option<String> {
    if let Some(sign) = reference.resolve_char_ref().ok()? {
        return Some(sign.to_string());
    }
    resolve_predefined_entity(&reference.decode().ok()?).map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::value;

    #[test]
    fn xml_says_what_json_says() {
        let table = [
            (
                "<?xml version=\"1.0\"?>\n<R xmlns=\"x\"><A>1</A> <L><member>a</member><member><B>2</B></member></L><E/></R>",
                json!({ "A": "1", "L": ["a", { "B": "2" }], "E": "" }),
            ),
            ("<R><set><item>a</item></set></R>", json!({ "set": ["a"] })),
            ("<R><D>a&amp;b &#60;c&#x3e; <![CDATA[<d>]]></D></R>", json!({ "D": "a&b <c> <d>" })),
            ("<R></R>", json!("")),
        ];
        for (text, expected) in table {
            assert_eq!(value(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_xml_is_told() {
        let deep = "<a>".repeat(100) + &"</a>".repeat(100);
        for text in ["", "{}", "<a>", "<a></b>", "<a>&nothing;</a>", deep.as_str()] {
            assert_eq!(value(text), None, "{text}");
        }
    }
}
