//! Who hears of what, as a table: rules, what was told, what is now, and what is to be told.

use std::fmt::Write as _;

use notify::rules::{Rules, routes};
use notify::settings::Settings;
use notify::{Letter, News, Notice, Severity, Standing, Status, Told, digests, letters};

use crate::fixture::notice;

/// What has become of the incident.
type Change = fn(&mut Notice);

fn rules(text: &str) -> Result<Rules, String> {
    let settings: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
    Rules::new(&settings.notify_rules, ["pager", "sec", "team"]).map_err(|error| error.to_string())
}

fn told(notice: &Notice, channels: &[&str]) -> Vec<Told> {
    channels.iter().map(|channel| Told::of(channel, notice, None)).collect()
}

/// `channel news: changes`, one a line.
fn shown(rules: &Rules, notice: &Notice, told: &[Told]) -> String {
    let mut text = String::new();
    for delivery in routes(rules, notice, told) {
        let (channel, news) = (&delivery.channel, delivery.news.word());
        let _ = writeln!(text, "{channel} {news}: {}", delivery.changes.join(" / "));
    }
    text
}

#[test]
fn a_rule_says_which_incidents_are_told() {
    let cases: [(&str, &str, Change); 18] = [
        ("", "team", |_| ()),
        ("severity = 'high'", "team", |_| ()),
        ("severity = 'critical'", "", |_| ()),
        ("", "", |notice| notice.standing = Standing::Watch),
        ("standing = 'watch'", "team", |notice| notice.standing = Standing::Watch),
        ("standing = 'page'", "", |_| ()),
        ("standing = 'page'", "team", |notice| notice.standing = Standing::Page),
        ("accounts = ['444455556666']", "team", |_| ()),
        ("accounts = ['999999999999']", "", |_| ()),
        ("except_accounts = ['111122223333']", "team", |_| ()),
        ("except_accounts = ['111122223333', '444455556666']", "", |_| ()),
        ("except_accounts = ['111122223333']", "team", |notice| notice.accounts.clear()),
        ("kinds = ['root', 'user-*']", "team", |_| ()),
        ("kinds = ['role-*']", "", |_| ()),
        ("keys = ['AKIAI44*']", "team", |_| ()),
        ("keys = ['ASIA*']", "", |_| ()),
        ("keys = ['*']", "", |notice| notice.keys.clear()),
        ("", "", |notice| notice.status = Status::Closed),
    ];
    for (rule, expected, change) in cases {
        let rules = rules(&format!("[[notify_rules]]\nchannels = ['team']\n{rule}")).unwrap();
        let mut notice = notice();
        change(&mut notice);
        let deliveries = routes(&rules, &notice, &[]);
        let channels: Vec<&str> = deliveries.iter().map(|one| one.channel.as_str()).collect();
        assert_eq!(channels.join(" "), expected, "{rule}");
        assert!(deliveries.iter().all(|one| one.news == News::Opened), "{rule}");
    }
}

#[test]
fn a_channel_is_told_once_by_however_many_rules() {
    let rules = rules(
        "[[notify_rules]]\nchannels = ['team', 'sec']\n\
         [[notify_rules]]\nchannels = ['pager', 'team']\nseverity = 'high'",
    );
    assert_eq!(
        shown(&rules.unwrap(), &notice(), &[]),
        "pager opened: \nsec opened: \nteam opened: \n"
    );
}

#[test]
fn updates_are_news_that_somebody_waits_for() {
    let cases: [(&str, Change, &str); 13] = [
        ("nothing", |_| (), ""),
        ("more events", |now| now.score += 3.0, ""),
        ("less bad", |now| now.severity = Severity::Low, ""),
        ("less sure", |now| now.standing = Standing::Watch, ""),
        (
            "worse",
            |now| now.severity = Severity::Critical,
            "team updated: The severity rose from high to critical.\n",
        ),
        (
            "surer",
            |now| now.standing = Standing::Page,
            "team updated: The standing rose from alert to page.\n",
        ),
        (
            "more achieved",
            |now| now.achieved.push("deleted a trail".to_owned()),
            "team updated: Achieved since: deleted a trail\n",
        ),
        ("achievements in another order", |now| now.achieved.reverse(), ""),
        (
            "taken",
            |now| {
                now.status = Status::InProgress;
                now.assignee = Some("alice".to_owned());
            },
            "team taken: It was taken by alice\n",
        ),
        (
            "taken and worse",
            |now| {
                now.status = Status::InProgress;
                now.severity = Severity::Critical;
            },
            "team updated: The severity rose from high to critical. / Somebody is on it.\n",
        ),
        (
            "closed",
            |now| {
                now.status = Status::Closed;
                now.resolution = Some("routine test".to_owned());
            },
            "team closed: It was closed: routine test\n",
        ),
        (
            "closed, and does not fit any more",
            |now| {
                now.status = Status::Closed;
                now.severity = Severity::Low;
            },
            "team closed: It was closed.\n",
        ),
        (
            "worse, in an old version",
            |now| {
                now.severity = Severity::Critical;
                now.version = 3;
            },
            "",
        ),
    ];
    let rules = rules("[[notify_rules]]\nchannels = ['team']\nseverity = 'high'").unwrap();
    let before = notice();
    for (name, change, expected) in cases {
        let mut now = Notice { version: 4, ..notice() };
        change(&mut now);
        assert_eq!(shown(&rules, &now, &told(&before, &["team"])), expected, "{name}");
    }
}

#[test]
fn what_was_closed_is_silent_until_it_is_reopened() {
    let rules = rules("[[notify_rules]]\nchannels = ['team']").unwrap();
    let closed = Notice { status: Status::Closed, ..notice() };
    let known = told(&closed, &["team"]);
    let worse = Notice { severity: Severity::Critical, version: 4, ..closed };
    assert_eq!(shown(&rules, &worse, &known), "");
    let reopened = Notice { status: Status::Open, version: 5, ..worse };
    assert_eq!(
        shown(&rules, &reopened, &known),
        "team reopened: The severity rose from high to critical. / It was closed and is open again.\n"
    );
}

#[test]
fn a_channel_may_hear_of_the_beginning_only() {
    let once = "[[notify_rules]]\nchannels = ['team']\nupdates = false\n";
    let more = "[[notify_rules]]\nchannels = ['team']\nseverity = 'critical'";
    let now = Notice { severity: Severity::Critical, version: 4, ..notice() };
    let known = told(&notice(), &["team"]);
    assert_eq!(shown(&rules(once).unwrap(), &now, &known), "");
    let both = rules(&format!("{once}{more}")).unwrap();
    assert!(shown(&both, &now, &known).starts_with("team updated"));
}

#[test]
fn the_same_news_has_the_same_key_and_other_news_another() {
    let rules = rules("[[notify_rules]]\nchannels = ['pager', 'team']").unwrap();
    let key = |notice: &Notice, told: &[Told]| -> Vec<String> {
        routes(&rules, notice, told).into_iter().map(|one| one.key).collect()
    };
    let first = key(&notice(), &[]);
    assert_eq!(first, key(&notice(), &[]));
    let later = Notice { severity: Severity::Critical, version: 4, ..notice() };
    let other = Notice { id: "inc-other".to_owned(), ..notice() };
    let mut keys =
        [first, key(&later, &told(&notice(), &["pager", "team"])), key(&other, &[])].concat();
    assert_eq!(keys.len(), 6);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 6);
    assert!(keys.iter().all(|key| key.len() == 32));
}

#[test]
fn letters_follow_from_the_letters_before() {
    let rules = rules("[[notify_rules]]\nchannels = ['pager', 'team']").unwrap();
    let first = letters(&rules, &notice(), &[]);
    assert_eq!(first.len(), 2);
    // They are kept as text, and read again.
    let kept = serde_json::to_string(&first).unwrap();
    let first: Vec<Letter> = serde_json::from_str(&kept).unwrap();
    assert_eq!(letters(&rules, &notice(), &first), []);
    let more = |version, achieved: &str| Notice {
        version,
        achieved: vec![achieved.to_owned()],
        ..notice()
    };
    let second = letters(&rules, &more(4, "deleted a trail"), &first);
    assert_eq!(second[0].delivery.changes, ["Achieved since: deleted a trail"]);
    assert_eq!(second[0].told.achieved.len(), 3);
    // What was achieved once is known, whatever order the letters are given in.
    let all = [second.clone(), first.clone()].concat();
    assert_eq!(letters(&rules, &more(5, "read 4 secrets"), &all), []);
    // Who was not reached by the first letter has not heard of the incident.
    let arrived: Vec<Letter> =
        all.into_iter().filter(|letter| letter.told.channel == "team").collect();
    let third = letters(&rules, &more(5, "read 4 secrets"), &arrived);
    assert_eq!(third.len(), 1);
    assert_eq!((third[0].told.channel.as_str(), third[0].delivery.news), ("pager", News::Opened));
}

#[test]
fn rules_that_make_no_sense_are_told_with_the_way_on() {
    let cases = [
        ("channels = []", "rule 1 of the notifications cannot be used: it names no channel"),
        (
            "channels = ['nobody']",
            "there is no channel \"nobody\"; configured are: pager, sec, team",
        ),
        (
            "channels = ['team']\naccounts = ['prod']",
            "\"prod\" is no account; write its twelve digits",
        ),
        ("channels = ['team']\nkeys = ['[a']", "\"[a\" is no pattern"),
        ("channels = ['team']\nseverity = 'huge'", "unknown variant `huge`"),
        ("channels = ['team']\nquiet = true", "unknown field `quiet`"),
        ("severity = 'low'", "missing field `channels`"),
    ];
    for (rule, expected) in cases {
        let told = rules(&format!("[[notify_rules]]\n{rule}")).unwrap_err();
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn digests_hold_what_is_watched() {
    let rules = rules(
        "[[notify_rules]]\nchannels = ['team']\ndigest = true\nseverity = 'medium'\n\
         [[notify_rules]]\nchannels = ['pager']",
    )
    .unwrap();
    let watched = |id: &str, score: f64| Notice {
        id: id.to_owned(),
        standing: Standing::Watch,
        score,
        ..notice()
    };
    let mut notices: Vec<Notice> = (0..22)
        .map(|number| watched(&format!("inc-{number:02}"), 10.0 + f64::from(number) / 10.0))
        .collect();
    notices.push(notice());
    notices.push(Notice { status: Status::Closed, ..watched("inc-closed", 13.0) });
    notices.push(Notice { severity: Severity::Low, ..watched("inc-low", 13.0) });
    let found = digests(&rules, &notices, "2026-11-20", None);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].channel.as_str(), found[0].left_out), ("team", 2));
    assert_eq!(found[0].entries[0].id, "inc-21");
    assert_eq!(found[0].entries.len(), 20);
    assert_eq!(digests(&rules, &notices, "2026-11-20", None), found);
    assert_ne!(digests(&rules, &notices, "2026-11-21", None)[0].key, found[0].key);
    assert_eq!(digests(&rules, &[notice()], "2026-11-20", None), []);
    // What is in a digest is not told by itself.
    assert_eq!(shown(&rules, &notices[0], &[]), "");
}
