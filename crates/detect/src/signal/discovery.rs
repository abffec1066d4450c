//! The opening moves: who am I, and what is here.

use compact_str::format_compact;
use intel::address::NetworkClass;
use intel::client::ClientKind;

use super::{About, Needs, Scene, Seen, Signal, Wants};

pub(super) static WHO_AM_I_FIRST: Signal = Signal {
    about: About {
        id: "who-am-i-first",
        text: "the first call from a new network asks whose credential this is",
        rows: &["DI-01"],
        techniques: &["T1087.004"],
        needs: Needs::Management,
        look_back: "the first call of an episode, against the last 128 days",
        noise: "infrastructure code and SDKs at start-up",
    },
    wants: Wants::Actions(&["sts:GetCallerIdentity"]),
    see: Some(who_am_i_first),
    notify: None,
};

pub(super) static READ_BREADTH: Signal = Signal {
    about: About {
        id: "read-breadth",
        text: "ten or more kinds of things were looked up within ten minutes from a new network",
        rows: &["DI-07", "DI-08"],
        techniques: &["T1526", "T1580"],
        needs: Needs::Management,
        look_back: "ten minutes of an episode, against the actions of the last 128 days",
        noise: "inventory tools on a new machine",
    },
    wants: Wants::Every,
    see: Some(read_breadth),
    notify: None,
};

pub(super) static REGION_SWEEP: Signal = Signal {
    about: About {
        id: "region-sweep",
        text: "eight or more regions within ten minutes from a new network",
        rows: &["DI-09"],
        techniques: &["T1580"],
        needs: Needs::Management,
        look_back: "ten minutes of an episode, against the regions of the last 128 days",
        noise: "inventory tools on a new machine",
    },
    wants: Wants::Every,
    see: Some(region_sweep),
    notify: None,
};

pub(super) static FROM_VPN_OR_HOSTER: Signal = Signal {
    about: About {
        id: "discovery-from-vpn-or-hoster",
        text: "a person's credential looks around from a VPN or a hoster, which it never did",
        rows: &["IA-14"],
        techniques: &["T1526", "T1580"],
        needs: Needs::Management,
        look_back: "the call against the networks of the last 128 days",
        noise: "developers behind a commercial VPN",
    },
    wants: Wants::Every,
    see: Some(from_vpn_or_hoster),
    notify: None,
};

fn who_am_i_first(scene: &mut Scene<'_>) -> Option<Seen> {
    let habit = scene.basis.profile.actions().get(&scene.call.action.base).is_some();
    let infrastructure = scene.call.client.kind == ClientKind::Iac;
    let first = scene.first_of_episode && scene.new_network && !scene.basis.is_cold();
    (first && !habit && !infrastructure).then(|| Seen::new(scene.call.origin.label.clone()))
}

fn read_breadth(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 10;
    let call = scene.call;
    let by_page = call.event.from_console
        || matches!(call.client.kind, ClientKind::Console | ClientKind::Browser | ClientKind::Iac);
    if !scene.new_network || scene.basis.is_cold() || !call.reads() || by_page {
        return None;
    }
    if scene.basis.profile.actions().get(&call.action.base).is_some() {
        return None;
    }
    let reads = scene.tallies.reads.see(call.event.time.seconds(), &call.action.base);
    (reads >= MANY).then(|| Seen::new(format_compact!("{reads} new kinds of reads")))
}

fn region_sweep(scene: &mut Scene<'_>) -> Option<Seen> {
    const MANY: usize = 8;
    let event = scene.call.event;
    if !scene.new_network {
        return None;
    }
    let regions = scene.tallies.regions.see(event.time.seconds(), &event.region);
    let usual = scene.basis.profile.regions().distinct();
    (regions >= MANY && usual < MANY && !scene.basis.is_cold()).then(|| {
        Seen::new(format_compact!("{regions} regions")).against(format_compact!("{usual} regions"))
    })
}

fn from_vpn_or_hoster(scene: &mut Scene<'_>) -> Option<Seen> {
    let class = scene.call.origin.network.place.class;
    let hidden = matches!(class, NetworkClass::Vpn | NetworkClass::Hosting);
    let person = scene.basis.kind.is_person();
    let looks = scene.call.reads() && scene.call.action.known.incidents > 0;
    if !hidden || !person || !looks || !scene.new_network || scene.basis.is_cold() {
        return None;
    }
    let known = scene.basis.profile.places().told().any(|(place, _)| place.class == class);
    (!known).then(|| Seen::new(scene.call.origin.label.clone()))
}
