//! Texts of an attacker in every field and every filter: they come back as they went in, and do
//! nothing.

use store::{
    AuditFilter, Batch, Changed, ExceptionText, Filter, Limit, NotificationFilter, Order, Outgoing,
    Role, Sending, Step, Store, TargetKind, TokenText, UserText, VerdictWord, nobody,
};

use crate::raw;
use crate::sample::{by, judge, judged, minute, user};
use crate::scenario::secret;
use crate::site::{Site, both};

both!(
    texts_come_back_as_they_went_in,
    filters_find_the_text_and_nothing_else,
    texts_of_any_length_are_kept_or_refused,
);

const TEXTS: &[&str] = &[
    "'; DROP TABLE incidents; --",
    "\"; DROP TABLE incidents; --",
    "' OR '1'='1",
    "$1 $2 ?1 :name @name",
    "x\\' OR 1=1 --",
    "E'\\x27'",
    "%_\\%",
    "*/ /* --",
    "\u{1b}[2J\u{7}\r\n\t\u{8}",
    "\u{202e}\u{200b}\u{feff}é\u{301}ß𝕏🗝",
    "<script>alert(1)</script>&amp;",
    "=cmd|' /C calc'!A0",
    "a\0b",
    "NULL",
    "",
];

/// U+0000 is the one thing that Postgres cannot hold.
fn kept(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

async fn texts_come_back_as_they_went_in(site: Site) {
    let store = site.open().await;
    user(&store, "anna", Role::Administrator).await;
    for (number, text) in TEXTS.iter().enumerate() {
        let site = &site;
        let tables = raw::tables(site).await.into_keys().collect::<Vec<_>>();
        incident(&store, number, text).await;
        people(&store, number, text).await;
        assert_eq!(raw::tables(site).await.into_keys().collect::<Vec<_>>(), tables);
    }
    assert_eq!(store.verify_audit(None).await.expect("verify").broken, None);
    let mut backup = Vec::new();
    store.backup(&mut backup).await.expect("a backup");
    let place = site.other_engine();
    let moved = Store::restore(&place.address, &mut backup.as_slice()).await.expect("restore");
    let mut again = Vec::new();
    moved.backup(&mut again).await.expect("a backup");
    assert_eq!(String::from_utf8(again), String::from_utf8(backup));
}

async fn incident(store: &Store, number: usize, text: &str) {
    let mut told = judged(&format!("inc-{number}"));
    told.title = text.to_owned();
    told.kind = text.to_owned();
    for values in [&mut told.accounts, &mut told.keys, &mut told.principals, &mut told.addresses] {
        *values = [text.to_owned()].into();
    }
    told.document = serde_json::to_string(text).expect("JSON");
    let id = told.id.clone();
    let position = Batch {
        source: text.to_owned(),
        after: None,
        position: format!("{text}."),
        incidents: vec![told.clone()],
        hidden: Vec::new(),
    };
    let route = |_: &Changed| {
        let (channel, key, body) = (text.to_owned(), text.to_owned(), text.to_owned());
        vec![Outgoing { channel, key, body, due_at: minute(0) }]
    };
    let act = store::Act::new(store::Actor::program(text), minute(61));
    store.apply(&act, &position, &route).await.expect("applied");
    let (incident, document) = store.document(&id).await.expect("read").expect("there");
    assert_eq!((incident.title, incident.kind), (kept(text), kept(text)));
    assert_eq!(document, told.document);
    assert_eq!(store.position(text).await.expect("read"), Some(kept(&format!("{text}."))));

    let claimed = store.claim(minute(62), minute(63), 1).await.expect("claimed");
    let sent = &claimed[0];
    let fields = [&sent.channel, &sent.key, &sent.body];
    assert!(fields.into_iter().all(|field| *field == kept(text)));
    let failed = Sending::Failed { error: text.to_owned(), again_at: None };
    store.settle(&judge(62), sent, &failed).await.expect("settled");
    let filter = NotificationFilter { channel: Some(text.to_owned()), ..Default::default() };
    let page = store.notifications(&filter, None, Limit::default()).await.expect("found");
    assert_eq!(
        page.items.iter().map(|told| told.error.clone()).collect::<Vec<_>>(),
        [Some(kept(text))]
    );

    if !text.is_empty() {
        let reason = text.to_owned();
        let step = Step::Judge { verdict: VerdictWord::Benign, reason };
        store.advance(&by(text, 63), &id, None, &step, &nobody).await.expect("judged");
        let verdict = &store.verdicts(&id).await.expect("verdicts")[0];
        assert_eq!((&verdict.reason, &verdict.actor), (&kept(text), &kept(text)));
        let comment = store.comment(&by(text, 64), &id, text).await.expect("a comment");
        assert_eq!((comment.text, comment.actor), (kept(text), kept(text)));
        let exception = ExceptionText {
            expression: text.to_owned(),
            reason: text.to_owned(),
            owner: text.to_owned(),
            expires_at: minute(100),
        };
        let made = store.add_exception(&by(text, 65), &exception).await.expect("an exception");
        assert!(
            [made.expression, made.reason, made.owner].into_iter().all(|field| field == kept(text))
        );
    }
}

async fn people(store: &Store, number: usize, text: &str) {
    let name = format!("user-{number}");
    let said = UserText {
        display: text.to_owned(),
        role: Role::Viewer,
        subject: Some(text.to_owned()),
        disabled: false,
    };
    let made = store.add_user(&by(text, 70), &name, &said).await.expect("a user");
    assert_eq!((made.display, made.subject), (kept(text), Some(kept(text))));
    let found = store.user_by_subject(text).await.expect("read").expect("there");
    assert_eq!(found.name, name);
    store.set_password(&by("anna", 71), &name, Some(text)).await.expect("a password");
    assert_eq!(store.password_hash(&name).await.expect("read"), Some(kept(text)));
    let token = TokenText { scopes: vec![text.to_owned()], expires_at: minute(100) };
    let made = store
        .add_token(&by(text, 72), &name, &secret(number as u8), &token)
        .await
        .expect("a token");
    // Scopes are JSON, in which U+0000 is written out.
    assert_eq!((made.scopes, made.created_by), (vec![text.to_owned()], kept(text)));
    if !text.is_empty() {
        let value = serde_json::to_string(text).expect("JSON");
        let set = store.set(&by(text, 73), text, 0, &value).await.expect("a setting");
        assert_eq!((set.name, set.value), (kept(text), value));
        let view = store.save_view(&by(text, 74), &name, text, text).await.expect("a view");
        assert_eq!((view.name, view.query), (kept(text), kept(text)));
    }
    let filter = AuditFilter {
        actor: Some(text.to_owned()),
        target: Some((TargetKind::User, name.clone())),
        ..AuditFilter::default()
    };
    let page = store.audit(&filter, None, Limit::default()).await.expect("the audit");
    assert_eq!(page.items.len(), 1, "{text}");
    // As a name it is refused or finds nothing.
    assert!(store.add_user(&by("anna", 75), text, &said).await.is_err());
    assert_eq!(store.user(text).await.expect("read"), None);
    assert_eq!(store.incident(text).await.expect("read"), None);
}

async fn filters_find_the_text_and_nothing_else(site: Site) {
    let store = site.open().await;
    for (number, text) in TEXTS.iter().enumerate() {
        let mut told = judged(&format!("inc-{number}"));
        told.title = format!("<{text}>");
        told.kind = (*text).to_owned();
        told.keys = [(*text).to_owned()].into();
        told.addresses = [(*text).to_owned()].into();
        store.put(&judge(61), &told, &nobody).await.expect("put");
    }
    for (number, text) in TEXTS.iter().enumerate() {
        let list = || vec![(*text).to_owned()];
        for filter in [
            Filter { kinds: list(), ..Filter::default() },
            Filter { keys: list(), ..Filter::default() },
            Filter { addresses: list(), keys: list(), ..Filter::default() },
            Filter { text: Some(format!("<{text}>")), ..Filter::default() },
        ] {
            let page = store
                .incidents(&filter, Order::default(), None, Limit::default())
                .await
                .expect("a list");
            let found: Vec<_> = page.items.iter().map(|incident| incident.id.clone()).collect();
            assert_eq!(found, [format!("inc-{number}")], "{filter:?}");
        }
        let assignee = Some(store::Assignee::User((*text).to_owned()));
        let filter = Filter { assignee, principals: list(), accounts: list(), ..Filter::default() };
        assert_eq!(store.tally(&filter).await.expect("a tally"), []);
        let (filter, order) = (Filter::default(), Order::default());
        assert!(store.incidents(&filter, order, Some(text), Limit::new(1)).await.is_err());
    }
}

/// A text that no index and no compression can hold.
fn long(seed: u32, bytes: usize) -> String {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4e00 + state % 0x5000).expect("a letter")
    };
    std::iter::repeat_with(&mut next).take(bytes / 3).collect()
}

async fn texts_of_any_length_are_kept_or_refused(site: Site) {
    let store = site.open().await;
    let mut told = judged("inc-1");
    told.title = long(1, 100_000);
    // Two that differ at their ends only.
    told.principals = [format!("{}a", long(2, 20_000)), format!("{}b", long(2, 20_000))].into();
    told.document = serde_json::to_string(&long(3, 1_000_000)).expect("JSON");
    store.put(&judge(61), &told, &nobody).await.expect("put");
    let mut other = judged("inc-2");
    other.principals = [format!("{}c", long(2, 20_000))].into();
    store.put(&judge(61), &other, &nobody).await.expect("put");
    let (incident, document) = store.document("inc-1").await.expect("read").expect("there");
    assert_eq!((incident.title, document), (told.title.clone(), told.document.clone()));
    for (end, expected) in [("a", vec!["inc-1"]), ("c", vec!["inc-2"]), ("d", vec![])] {
        let principals = vec![format!("{}{end}", long(2, 20_000))];
        let filter = Filter { principals, ..Filter::default() };
        let page = store
            .incidents(&filter, Order::default(), None, Limit::default())
            .await
            .expect("a list");
        let found: Vec<_> = page.items.iter().map(|incident| incident.id.as_str()).collect();
        assert_eq!(found, expected);
    }
    let list = |filter: Filter| {
        let store = store.clone();
        async move {
            let page = store.incidents(&filter, Order::default(), None, Limit::default()).await;
            let tally = store.tally(&filter).await;
            match (page, tally) {
                (Ok(page), Ok(_)) => Ok(page.items.len()),
                (Err(page), Err(tally)) => {
                    assert_eq!(page.to_string(), tally.to_string());
                    Err(page.to_string())
                }
                (page, tally) => panic!("{page:?} and {tally:?}"),
            }
        }
    };
    let text = |bytes| Filter { text: Some("%".repeat(bytes)), ..Filter::default() };
    let keys = |count| Filter { keys: vec![String::new(); count], ..Filter::default() };
    assert_eq!(list(text(1000)).await, Ok(0));
    assert_eq!(list(text(1001)).await, Err("the filter has a text of more than 1000 bytes".into()));
    assert_eq!(list(keys(500)).await, Ok(0));
    assert_eq!(list(keys(501)).await, Err("the filter has a list of more than 500 values".into()));

    let batch = Batch {
        source: "x".repeat(201),
        after: None,
        position: "1".into(),
        incidents: Vec::new(),
        hidden: Vec::new(),
    };
    let refused = store.apply(&judge(62), &batch, &nobody).await.expect_err("refused");
    assert_eq!(refused.to_string(), "the name of the source is longer than 200 bytes");
}
