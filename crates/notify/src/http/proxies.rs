//! The proxies that the environment names, read once and handed on, so that nothing depends on
//! the environment afterwards.

use std::collections::BTreeSet;

use reqwest::{ClientBuilder, NoProxy, Proxy};
use url::Url;

use crate::Error;

/// Through which proxies requests go; those over SOCKS are not supported.
#[derive(Clone, Default)]
pub struct Proxies {
    http: Option<Url>,
    https: Option<Url>,
    except: String,
}

impl Proxies {
    /// Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case; `environment`
    /// looks a variable up.
    pub fn of(environment: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let text = |name: &str| {
            let names = [name.to_lowercase(), name.to_owned()];
            let found = names.into_iter().find_map(|name| Some((environment(&name)?, name)));
            found.filter(|(text, _)| !text.trim().is_empty())
        };
        let address = |name: &str| text(name).map(address).transpose();
        let all = address("ALL_PROXY")?;
        Ok(Self {
            http: address("HTTP_PROXY")?.or_else(|| all.clone()),
            https: address("HTTPS_PROXY")?.or(all),
            except: text("NO_PROXY").map(|(text, _)| text).unwrap_or_default(),
        })
    }

    /// The names of their hosts.
    pub(super) fn hosts(&self) -> BTreeSet<String> {
        let proxies = [&self.http, &self.https].into_iter().flatten();
        proxies.filter_map(|proxy| proxy.host_str()).map(ToOwned::to_owned).collect()
    }

    /// Sends the requests of a client through them.
    pub(super) fn apply(&self, builder: ClientBuilder) -> ClientBuilder {
        let except = || NoProxy::from_string(&self.except);
        let http = self.http.as_ref().and_then(|url| Proxy::http(url.clone()).ok());
        let https = self.https.as_ref().and_then(|url| Proxy::https(url.clone()).ok());
        // The system's own settings are not asked: what was read is all.
        let builder = builder.no_proxy();
        [http, https]
            .into_iter()
            .flatten()
            .fold(builder, |builder, proxy| builder.proxy(proxy.no_proxy(except())))
    }
}

/// A proxy as people write it: with or without a scheme.
fn address((text, variable): (String, String)) -> Result<Url, Error> {
    let text = text.trim();
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err(Error::Proxy { variable }),
    }
}

impl std::fmt::Debug for Proxies {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Their addresses may hold passwords.
        formatter.debug_struct("Proxies").field("hosts", &self.hosts()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Proxies;

    fn proxies(variables: &[(&str, &str)]) -> Result<String, String> {
        let environment = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
        };
        match Proxies::of(&environment) {
            Ok(proxies) => {
                let show = |url: &Option<url::Url>| {
                    url.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)
                };
                let (http, https) = (show(&proxies.http), show(&proxies.https));
                Ok(format!("{http} {https} {}", proxies.except))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_environment_names_them_as_everywhere() {
        let cases: [(&[(&str, &str)], &str); 5] = [
            (&[], "- - "),
            (&[("HTTPS_PROXY", "proxy.corp:3128")], "- http://proxy.corp:3128/ "),
            (&[("https_proxy", "http://a/"), ("HTTPS_PROXY", "http://b/")], "- http://a/ "),
            (&[("ALL_PROXY", "http://a/"), ("http_proxy", "http://b/")], "http://b/ http://a/ "),
            (&[("HTTP_PROXY", " "), ("NO_PROXY", ".corp,10.0.0.0/8")], "- - .corp,10.0.0.0/8"),
        ];
        for (variables, expected) in cases {
            assert_eq!(proxies(variables).unwrap(), expected, "{variables:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_told_without_its_value() {
        for value in ["socks5://user:hunter2@proxy:1080", "http://", "http://user:hunter2@:x"] {
            let told = proxies(&[("ALL_PROXY", value)]).unwrap_err();
            assert!(told.contains("ALL_PROXY") && !told.contains("hunter2"), "{told}");
        }
    }
}
