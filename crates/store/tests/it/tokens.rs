//! API tokens, settings and views.

use store::{Role, TokenText};

use crate::sample::{by, minute, user};
use crate::scenario::secret;
use crate::site::{Site, both};

both!(
    a_token_is_good_until_it_ends,
    a_setting_has_versions,
    settings_that_are_none_are_refused,
    views_are_a_users_own,
);

async fn a_token_is_good_until_it_ends(site: Site) {
    let store = site.open().await;
    let text = TokenText {
        scopes: vec!["incidents:read".into(), "a,\"b".into()],
        expires_at: minute(100),
    };
    let made = store.add_token(&by("anna", 0), "ci", &secret(1), &text).await.expect("a token");
    assert_eq!(
        (made.created_by.as_str(), &made.scopes, made.used_at),
        ("anna", &text.scopes, None)
    );
    for (name, expires_at, told) in [
        ("ci", minute(100), "there is a token `ci` already"),
        (
            "c d",
            minute(100),
            "the name of the token must be of 1 to 100 small ASCII letters, digits and `.@_+-`",
        ),
        ("cd", minute(0), "the expiry of the token is in the past"),
    ] {
        let text = TokenText { expires_at, ..text.clone() };
        let refused = store.add_token(&by("anna", 0), name, &secret(2), &text).await;
        assert_eq!(refused.expect_err("refused").to_string(), told);
    }
    let token =
        async |number: u8, at: i64| store.token(&secret(number), minute(at)).await.expect("looked");
    assert_eq!(token(1, 99).await.map(|token| token.name), Some("ci".into()));
    assert_eq!(token(1, 100).await, None);
    assert_eq!(token(2, 1).await, None);
    assert_eq!(token(1, 50).await.and_then(|token| token.used_at), Some(minute(99)));
    store.revoke_token(&by("anna", 60), "ci").await.expect("ended");
    assert_eq!(token(1, 61).await, None);
    let again = store.revoke_token(&by("anna", 61), "ci").await.expect_err("ended before");
    assert_eq!(again.to_string(), "token `ci` was ended before");
    let all = store.tokens().await.expect("all");
    assert_eq!(all.iter().map(|token| token.revoked_at).collect::<Vec<_>>(), [Some(minute(60))]);
}

async fn a_setting_has_versions(site: Site) {
    let store = site.open().await;
    assert_eq!(store.setting("tests").await.expect("read"), None);
    for (version, value) in [(0, "[]"), (1, "[1]"), (2, "[]")] {
        let set =
            store.set(&by("anna", version as i64), "tests", version, value).await.expect("set");
        assert_eq!((set.version, set.value.as_str()), (version + 1, value));
    }
    let same = store.set(&by("bert", 9), "tests", 3, "[]").await.expect("the same");
    assert_eq!((same.version, same.actor.as_str()), (3, "anna"));
    for (name, version, told) in [
        ("tests", 2, "setting `tests` was changed by somebody else: it is now of version 3, not 2"),
        ("tests", 0, "setting `tests` was changed by somebody else: it is now of version 3, not 0"),
        ("new", 1, "setting `new` was changed by somebody else: it is now of version 0, not 1"),
    ] {
        let stale = store.set(&by("anna", 9), name, version, "{}").await.expect_err("stale");
        assert_eq!(stale.to_string(), told);
    }
    let had = store.setting_versions("tests").await.expect("all of them");
    let had: Vec<_> = had.iter().map(|had| (had.version, had.value.as_str())).collect();
    assert_eq!(had, [(1, "[]"), (2, "[1]"), (3, "[]")]);
    assert_eq!(store.settings().await.expect("all"), [same]);
}

async fn settings_that_are_none_are_refused(site: Site) {
    let store = site.open().await;
    for (name, value, told) in [
        ("", "{}", "the name of the setting must be of 1 to 200 bytes"),
        ("tests", "", "the value of the setting is no JSON"),
        ("tests", "{} {}", "the value of the setting is no JSON"),
    ] {
        let refused = store.set(&by("anna", 0), name, 0, value).await.expect_err("refused");
        assert_eq!(refused.to_string(), told);
    }
}

async fn views_are_a_users_own(site: Site) {
    let store = site.open().await;
    user(&store, "anna", Role::Viewer).await;
    user(&store, "bert", Role::Viewer).await;
    for (name, view, query) in
        [("anna", "Z", "1"), ("anna", "a", "2"), ("bert", "Z", "3"), ("anna", "Z", "4")]
    {
        store.save_view(&by(name, 1), name, view, query).await.expect("saved");
    }
    let views = async |name: &str| {
        let views = store.views(name).await.expect("views");
        views.into_iter().map(|view| (view.name, view.query, view.version)).collect::<Vec<_>>()
    };
    assert_eq!(views("anna").await, [("Z".into(), "4".into(), 2), ("a".into(), "2".into(), 1)]);
    store.delete_view(&by("anna", 2), "anna", "Z").await.expect("deleted");
    assert_eq!(views("anna").await, [("a".into(), "2".into(), 1)]);
    assert_eq!(views("bert").await, [("Z".into(), "3".into(), 1)]);
    for refused in [
        store.delete_view(&by("anna", 3), "anna", "Z").await.expect_err("gone"),
        store.save_view(&by("anna", 3), "carl", "Z", "").await.expect_err("nobody"),
        store.save_view(&by("anna", 3), "anna", " ", "").await.expect_err("no name"),
    ] {
        assert!(!refused.may_pass());
    }
}
