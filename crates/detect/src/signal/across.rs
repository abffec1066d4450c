//! Signals that only show across principals: found by whoever joins episodes to incidents.

use super::{About, Needs};

pub(super) const MINTED: About = About {
    id: "minted-by-incident",
    text: "the credential, user or role was made by an incident that is open",
    rows: &["PE-05", "LX-06"],
    techniques: &["T1098.001", "T1136.003", "T1550.001"],
    needs: Needs::Management,
    look_back: "as long as the incident is open",
    noise: "none of its own: it is as sure as the incident that made it",
};

pub(super) const PASSWORD_USED: About = About {
    id: "password-then-login",
    text: "a password was given to another user, who then signed in from the giver's network",
    rows: &["PE-08"],
    techniques: &["T1098.001", "T1078.004"],
    needs: Needs::Management,
    look_back: "from the password to the end of the episode that signs in",
    noise: "a helpdesk that tries the password out",
};

pub(super) const KEY_USED: About = About {
    id: "key-used-by-its-maker",
    text: "a key made for another user was used from the maker's network within an hour",
    rows: &["PE-02", "IA-12"],
    techniques: &["T1098.001"],
    needs: Needs::Management,
    look_back: "an hour from the making of the key",
    noise: "rotation by an administrator who tests the new key",
};

pub(super) const FEDERATION_CONSOLE: About = About {
    id: "key-turned-into-console",
    text: "a long-term key was turned into a console session through a federation token",
    rows: &["IA-27", "IA-28"],
    techniques: &["T1550.001"],
    needs: Needs::Management,
    look_back: "36 hours from the token",
    noise: "home-made sign-in portals",
};

pub(super) const SHARED_SOURCE: About = About {
    id: "new-source-on-several-keys",
    text: "one network that is new to all of them uses the credentials of several principals",
    rows: &["IA-46"],
    techniques: &["T1078.004"],
    needs: Needs::Management,
    look_back: "a day",
    noise: "a new office or VPN exit of the organisation",
};
