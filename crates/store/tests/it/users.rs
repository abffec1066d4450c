//! Users, and how they sign in.

use store::{Role, UserText};

use crate::sample::{by, minute, user};
use crate::scenario::secret;
use crate::site::{Site, both};

both!(
    a_name_is_plain_and_given_once,
    a_subject_is_one_users,
    the_last_administrator_stays,
    failures_lock_out_and_success_forgives,
    a_setup_link_is_good_once,
    a_session_is_good_until_it_ends,
    a_password_or_being_disabled_ends_every_session,
);

fn text(role: Role) -> UserText {
    UserText { display: "A".into(), role, subject: None, disabled: false }
}

async fn a_name_is_plain_and_given_once(site: Site) {
    let store = site.open().await;
    let plain = "the name of the user must be of 1 to 100 small ASCII letters, digits and `.@_+-`";
    let long = "a".repeat(101);
    for name in ["", "Anna", "anna bert", "аnna", "a/b", "a\0", long.as_str()] {
        let refused = store.add_user(&by("root", 0), name, &text(Role::Viewer)).await;
        assert_eq!(refused.expect_err("refused").to_string(), plain, "{name}");
    }
    let name = "anna.b+1@example.org";
    let made = store.add_user(&by("root", 1), name, &text(Role::Viewer)).await.expect("a user");
    assert_eq!((made.version, made.has_password, made.failed_attempts), (1, false, 0));
    let twice = store.add_user(&by("root", 2), name, &text(Role::Viewer)).await;
    assert_eq!(
        twice.expect_err("refused").to_string(),
        "there is a user `anna.b+1@example.org` already"
    );
    assert_eq!(store.users().await.expect("all"), [made]);
}

async fn a_subject_is_one_users(site: Site) {
    let store = site.open().await;
    let of = |subject: &str| UserText { subject: Some(subject.to_owned()), ..text(Role::Viewer) };
    let anna = store.add_user(&by("root", 0), "anna", &of("https://id|1")).await.expect("a user");
    let taken = store.add_user(&by("root", 1), "bert", &of("https://id|1")).await;
    assert_eq!(
        taken.expect_err("refused").to_string(),
        "there is a user with the subject `https://id|1` already"
    );
    store.add_user(&by("root", 2), "bert", &of("https://id|2")).await.expect("a user");
    let changed = store.change_user(&by("root", 3), "anna", 1, &of("https://id|2")).await;
    assert!(changed.is_err());
    store.change_user(&by("root", 4), "anna", 1, &of("https://id|1")).await.expect("the same");
    let found = store.user_by_subject("https://id|1").await.expect("read").expect("it is there");
    assert_eq!(found.name, anna.name);
    assert_eq!(store.user_by_subject("https://id|3").await.expect("read"), None);
}

async fn the_last_administrator_stays(site: Site) {
    let store = site.open().await;
    user(&store, "anna", Role::Administrator).await;
    user(&store, "bert", Role::Viewer).await;
    let disabled = UserText { disabled: true, ..text(Role::Administrator) };
    let last = "user `anna` is the last administrator who may sign in";
    for change in [&disabled, &text(Role::Responder)] {
        let refused = store.change_user(&by("anna", 1), "anna", 1, change).await;
        assert_eq!(refused.expect_err("refused").to_string(), last);
    }
    store.change_user(&by("anna", 2), "bert", 1, &text(Role::Administrator)).await.expect("two");
    store.change_user(&by("anna", 3), "anna", 1, &disabled).await.expect("one");
    let back = store.change_user(&by("bert", 4), "bert", 2, &text(Role::Viewer)).await;
    assert!(back.is_err(), "who is disabled is no administrator");
    let stale = store.change_user(&by("bert", 5), "anna", 1, &disabled).await.expect_err("stale");
    assert_eq!(
        stale.to_string(),
        "user `anna` was changed by somebody else: it is now of version 2, not 1"
    );
}

async fn failures_lock_out_and_success_forgives(site: Site) {
    let store = site.open().await;
    user(&store, "anna", Role::Viewer).await;
    let back_off =
        |at: i64| move |failures: u32| (failures >= 3).then(|| minute(at + i64::from(failures)));
    for at in 1..=2 {
        let anna =
            store.fail_sign_in(&by("anna", at), "anna", back_off(at)).await.expect("counted");
        assert!(anna.may_sign_in(minute(at)));
    }
    let anna = store.fail_sign_in(&by("anna", 3), "anna", back_off(3)).await.expect("counted");
    assert_eq!((anna.failed_attempts, anna.locked_until), (3, Some(minute(6))));
    let early = store.sign_in(&by("anna", 5), "anna", &secret(1), minute(100)).await;
    assert_eq!(
        early.expect_err("refused").to_string(),
        "user `anna` is disabled or locked out for now"
    );
    let signed_in = store.sign_in(&by("anna", 6), "anna", &secret(1), minute(100)).await;
    let anna = signed_in.expect("signed in").user;
    assert_eq!((anna.failed_attempts, anna.locked_until), (0, None));
    assert_eq!(anna.signed_in_at, Some(minute(6)));
    let nobody = store.fail_sign_in(&by("x", 7), "x", |_| None).await.expect_err("none");
    assert_eq!(nobody.to_string(), "there is no user `x`");
}

async fn a_setup_link_is_good_once(site: Site) {
    let store = site.open().await;
    user(&store, "anna", Role::Administrator).await;
    let (first, second, third) = (secret(1), secret(2), secret(3));
    let root = by("root", 0);
    store.add_setup(&root, "anna", &first, minute(60)).await.expect("a link");
    store.add_setup(&root, "anna", &second, minute(60)).await.expect("a link");
    let gone = "the setup link was used, has expired or never was: ask for a new one";
    for (secret, at) in [(&first, 1), (&second, 60), (&third, 1)] {
        assert_eq!(store.setup(secret, minute(at)).await.expect("looked"), None);
        let refused = store.use_setup(secret, minute(at), "hash").await.expect_err("refused");
        assert_eq!(refused.to_string(), gone);
    }
    let whose = store.setup(&second, minute(59)).await.expect("looked").expect("it is good");
    assert_eq!((whose.name.as_str(), whose.has_password), ("anna", false));
    let anna = store.use_setup(&second, minute(59), "$argon2id$x").await.expect("used");
    assert!(anna.has_password);
    assert_eq!(store.password_hash("anna").await.expect("read").as_deref(), Some("$argon2id$x"));
    assert_eq!(store.password_hash("x").await.expect("read"), None);
    assert!(store.use_setup(&second, minute(59), "$argon2id$y").await.is_err());
    assert_eq!(store.password_hash("anna").await.expect("read").as_deref(), Some("$argon2id$x"));

    // Of several who use one at once, one does.
    store.add_setup(&root, "anna", &third, minute(600)).await.expect("a link");
    let uses = (0..4).map(|number| {
        let (store, third) = (store.clone(), third.clone());
        async move { store.use_setup(&third, minute(100), &format!("hash {number}")).await.is_ok() }
    });
    let won = futures::future::join_all(uses).await;
    assert_eq!(won.iter().filter(|won| **won).count(), 1);
}

async fn a_session_is_good_until_it_ends(site: Site) {
    let store = site.open().await;
    user(&store, "anna", Role::Analyst).await;
    let signed_in =
        store.sign_in(&by("anna", 0), "anna", &secret(1), minute(100)).await.expect("signed in");
    let is_good = async |number: u8, at: i64| {
        store.session(&secret(number), minute(at)).await.expect("looked").is_some()
    };
    assert!(is_good(1, 0).await && is_good(1, 99).await && !is_good(1, 100).await);
    assert!(!is_good(2, 0).await);
    let seen = store.session(&secret(1), minute(50)).await.expect("looked").expect("good");
    assert_eq!(seen.session.seen_at, minute(99));
    assert_eq!((seen.user.role, seen.session.id.len()), (Role::Analyst, 16));

    // What a session may do follows its user at once.
    store.change_user(&by("root", 60), "anna", 1, &text(Role::Viewer)).await.expect("changed");
    let seen = store.session(&secret(1), minute(61)).await.expect("looked").expect("good");
    assert_eq!(seen.user.role, Role::Viewer);

    let absent = store.revoke_session(&by("anna", 62), "bert", &signed_in.session.id).await;
    assert!(absent.is_err(), "a session is ended by its user's name only");
    store.sign_in(&by("anna", 62), "anna", &secret(2), minute(100)).await.expect("signed in");
    assert_eq!(store.sessions("anna", minute(62)).await.expect("both").len(), 2);
    store.revoke_session(&by("anna", 63), "anna", &signed_in.session.id).await.expect("ended");
    assert!(!is_good(1, 63).await && is_good(2, 63).await);
    let left = store.sessions("anna", minute(63)).await.expect("one");
    assert_eq!(left.iter().map(|session| session.created_at).collect::<Vec<_>>(), [minute(62)]);
}

async fn a_password_or_being_disabled_ends_every_session(site: Site) {
    let store = site.open().await;
    user(&store, "anna", Role::Analyst).await;
    let is_good = async |number: u8| {
        store.session(&secret(number), minute(10)).await.expect("looked").is_some()
    };
    store.sign_in(&by("anna", 0), "anna", &secret(1), minute(100)).await.expect("signed in");
    store.set_password(&by("anna", 1), "anna", Some("hash")).await.expect("a password");
    assert!(!is_good(1).await);
    store.sign_in(&by("anna", 2), "anna", &secret(2), minute(100)).await.expect("signed in");
    let version = store.user("anna").await.expect("read").expect("there").version;
    let disabled = UserText { disabled: true, ..text(Role::Analyst) };
    store.change_user(&by("root", 3), "anna", version, &disabled).await.expect("disabled");
    assert!(!is_good(2).await);
    store
        .change_user(&by("root", 4), "anna", version + 1, &text(Role::Analyst))
        .await
        .expect("back");
    assert!(!is_good(2).await, "what was ended stays ended");
    store.set_password(&by("root", 5), "anna", None).await.expect("no password");
    assert_eq!(store.password_hash("anna").await.expect("read"), None);
}
