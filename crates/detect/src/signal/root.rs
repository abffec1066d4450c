//! The root user, whom nobody needs on an ordinary day.

use compact_str::format_compact;
use intel::address::NetworkClass;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::principal::Kind;

pub(super) static ROOT_AWAKE: Signal = Signal {
    about: About {
        id: "root-awake",
        text: "the root user is at work, which it hardly ever was",
        rows: &["IA-32"],
        techniques: &["T1078.004"],
        needs: Needs::Management,
        look_back: "the days of the trail, two weeks at least",
        noise: "emergencies, closing an account, the few tasks that only root may do",
    },
    wants: Wants::Every,
    see: Some(see),
    notify: None,
};

pub(super) static ROOT_HIDDEN: Signal = Signal {
    about: About {
        id: "root-from-hidden-network",
        text: "the root user works from a hoster, a VPN, a foreign cloud or Tor, where it never was",
        rows: &["IA-32", "IA-14"],
        techniques: &["T1078.004", "T1090"],
        needs: Needs::Management,
        look_back: "the call against the networks of the last 128 days",
        noise: "an owner who keeps a VPN on",
    },
    wants: Wants::Every,
    see: Some(hidden),
    notify: None,
};

fn hidden(scene: &mut Scene<'_>) -> Option<Seen> {
    let origin = &scene.call.origin;
    let hides = matches!(
        origin.network.place.class,
        NetworkClass::Hosting | NetworkClass::Vpn | NetworkClass::Tor | NetworkClass::OtherCloud
    );
    let root = scene.basis.kind == Kind::Root;
    (root && hides && scene.new_network).then(|| Seen::new(origin.label.clone()))
}

fn see(scene: &mut Scene<'_>) -> Option<Seen> {
    /// Root users that work on more days are a bad habit, not news.
    const FEWEST_DAYS: u32 = 3;
    const SETTLED_DAYS: i32 = 14;
    let basis = scene.basis;
    let days = basis.profile.active_days();
    let trail = basis.crowds.first.map_or(0, |first| basis.today - first);
    let news = basis.kind == Kind::Root && days < FEWEST_DAYS && trail >= SETTLED_DAYS;
    news.then(|| {
        Seen::new(scene.call.action.name.clone())
            .against(format_compact!("at work on {days} of {trail} days"))
    })
}
