//! Where the credential is used: new, many, listed, or awake after a long sleep.

use cloudtrail::KeyKind;
use compact_str::format_compact;
use intel::address::NetworkClass;

use super::{About, Needs, Scene, Seen, Signal, Wants};
use crate::principal::Kind;

pub(super) static EVERYTHING_NEW: Signal = Signal {
    about: About {
        id: "everything-new",
        text: "network, country and client are all new to the principal at once",
        rows: &["IA-07"],
        techniques: &["T1078.004"],
        needs: Needs::Management,
        look_back: "the call against the last 128 days",
        noise: "a new laptop on a journey",
    },
    wants: Wants::Every,
    see: Some(everything_new),
    notify: None,
};

pub(super) static MANY_NETWORKS: Signal = Signal {
    about: About {
        id: "many-new-networks",
        text: "three or more networks that are new to the principal within six hours; two, for a program that never moved",
        rows: &["IA-09", "DE-17"],
        techniques: &["T1090", "T1078.004"],
        needs: Needs::Management,
        look_back: "six hours of the principal, against the networks of the last 128 days",
        noise: "mobile networks on a journey",
    },
    wants: Wants::Every,
    see: Some(many_networks),
    notify: None,
};

pub(super) static WORKLOAD_MOVED: Signal = Signal {
    about: About {
        id: "workload-elsewhere",
        text: "a program's credential that never moved appears on another network",
        rows: &["IA-04", "IA-02"],
        techniques: &["T1078.004"],
        needs: Needs::Management,
        look_back: "the call against the networks of the last 128 days",
        noise: "a move to another hoster; an administrator with the program's key",
    },
    wants: Wants::Every,
    see: Some(workload_moved),
    notify: None,
};

pub(super) static SLEEPING_KEY: Signal = Signal {
    about: About {
        id: "sleeping-key",
        text: "a key unused for 30 days is used from a network that is new to it",
        rows: &["IA-10"],
        techniques: &["T1078.004"],
        needs: Needs::Management,
        look_back: "all uses of the key that were read",
        noise: "yearly jobs after a move",
    },
    wants: Wants::Every,
    see: Some(sleeping_key),
    notify: None,
};

pub(super) static THREAT_LIST: Signal = Signal {
    about: About {
        id: "threat-list",
        text: "the address is on one of your threat lists",
        rows: &["IA-15"],
        techniques: &["T1078.004"],
        needs: Needs::UserList,
        look_back: "the call itself",
        noise: "shared and recycled addresses",
    },
    wants: Wants::Every,
    see: Some(threat_list),
    notify: None,
};

pub(super) static TOR_EXIT: Signal = Signal {
    about: About {
        id: "tor-exit",
        text: "a call came from a Tor exit",
        rows: &["IA-13"],
        techniques: &["T1090.003"],
        needs: Needs::Management,
        look_back: "the call itself",
        noise: "hardly any",
    },
    wants: Wants::Every,
    see: Some(tor_exit),
    notify: None,
};

fn everything_new(scene: &mut Scene<'_>) -> Option<Seen> {
    if !scene.new_network || scene.basis.is_cold() {
        return None;
    }
    let profile = scene.basis.profile;
    let place = &scene.call.origin.network.place;
    let known_country = profile.places().told().any(|(known, _)| known.country == place.country);
    let known_client = profile.clients().get(&scene.call.client.family).is_some();
    (!known_country && !known_client).then(|| {
        Seen::new(format_compact!("{} with {}", scene.call.origin.label, scene.call.client.family))
    })
}

fn many_networks(scene: &mut Scene<'_>) -> Option<Seen> {
    /// Who never moves has moved when it is seen somewhere else once, not twice.
    const MANY: usize = 3;
    const MANY_FOR_FIXED: usize = 2;
    if !scene.new_network {
        return None;
    }
    let system = &scene.call.origin.network.system;
    // Every service has its own VPC endpoint: a workload that moves behind them shows one network
    // after the other without going anywhere.
    let public = scene.call.event.source.address().is_some()
        && scene.call.origin.network.place.class != NetworkClass::Private;
    if !public || scene.basis.profile.get(scene.call.origin.system).is_some() {
        return None;
    }
    let count = scene.new_systems.see(scene.call.event.time.seconds(), system);
    let fixed = scene.basis.kind == Kind::UserWorkload && scene.basis.profile.is_fixed();
    let many = if fixed { MANY_FOR_FIXED } else { MANY };
    // Where nothing is known yet, three networks may well be the usual ones.
    (count >= many && !scene.basis.is_cold())
        .then(|| Seen::new(format_compact!("{count} new networks within six hours")))
}

fn workload_moved(scene: &mut Scene<'_>) -> Option<Seen> {
    let profile = scene.basis.profile;
    let workload = scene.basis.kind == Kind::UserWorkload;
    // Another machine of the same provider is no move.
    let elsewhere = || profile.get(scene.call.origin.system).is_none();
    (workload && profile.is_fixed() && elsewhere()).then(|| {
        Seen::new(scene.call.origin.label.clone())
            .against(format_compact!("never moved in {} days", profile.active_days()))
    })
}

fn sleeping_key(scene: &mut Scene<'_>) -> Option<Seen> {
    const LONG: i64 = 30;
    // A long-term key that the whole trail never saw has slept at least as long. One that was made
    // meanwhile is explained by that.
    let unseen = scene.basis.profile.active_days() == 0
        && scene.call.event.identity.access_key.as_ref()?.kind() == KeyKind::LongTerm;
    let trail = scene.basis.crowds.first.map_or(0, |first| i64::from(scene.basis.today - first));
    let slept = if unseen { trail } else { scene.key_slept? };
    (slept >= LONG && scene.new_network)
        .then(|| Seen::new(format_compact!("unused for {slept} days")))
}

fn threat_list(scene: &mut Scene<'_>) -> Option<Seen> {
    scene.call.origin.threat.then(|| Seen::new(scene.call.origin.label.clone()))
}

fn tor_exit(scene: &mut Scene<'_>) -> Option<Seen> {
    let tor = scene.call.origin.network.place.class == NetworkClass::Tor;
    tor.then(|| Seen::new(scene.call.origin.label.clone()))
}
