//! What is done to a crowd, as its file writes it.

use super::spec::{Crowd, CrowdAct};
use crate::dns::quoted;
use crate::engine::parse_number;
use crate::scenario::steering_file::policy_preset;

/// Reads an act such as `crash virginia`. The parts it names are those of `crowd`.
///
/// # Errors
/// What is wrong, and what can be written instead.
pub fn parse_crowd_act(text: &str, crowd: &Crowd) -> Result<CrowdAct, String> {
    let endpoint = |id: &str| {
        let ids = crowd.endpoints.iter().map(|it| it.id.as_str());
        find("endpoint", id, crowd.endpoint(id), ids)
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(match words.as_slice() {
        [verb @ ("crash" | "recover"), id] => CrowdAct::Serving {
            endpoint: endpoint(id)?,
            up: *verb == "recover",
        },
        ["refuse", id] => CrowdAct::Refusing {
            endpoint: endpoint(id)?,
        },
        [verb @ ("announce" | "withdraw"), id, site] => {
            let endpoint = endpoint(id)?;
            CrowdAct::Announce {
                endpoint,
                site: find_site(crowd, endpoint, site)?,
                announced: *verb == "announce",
            }
        }
        [verb @ ("crash-site" | "recover-site"), id, site] => {
            let endpoint = endpoint(id)?;
            CrowdAct::SiteServing {
                endpoint,
                site: find_site(crowd, endpoint, site)?,
                up: *verb == "recover-site",
            }
        }
        [verb @ ("list" | "unlist"), id] => CrowdAct::List {
            endpoint: endpoint(id)?,
            listed: *verb == "list",
        },
        ["replace", old, new] => CrowdAct::Replace {
            old: endpoint(old)?,
            new: endpoint(new)?,
        },
        ["ttl", seconds] => CrowdAct::Ttl {
            seconds: parse_whole(seconds, "a TTL in seconds")?,
        },
        ["weight", id, weight] => CrowdAct::Weight {
            endpoint: endpoint(id)?,
            weight: parse_whole(weight, "a weight")?,
        },
        ["policy", id] => CrowdAct::Policy {
            policy: policy_preset(id)?.policy,
        },
        [verb @ ("provider-down" | "provider-up"), id] => {
            let ids = crowd.providers.iter().map(|it| it.id.as_str());
            CrowdAct::Provider {
                provider: find("provider", id, crowd.provider(id), ids)?,
                up: *verb == "provider-up",
            }
        }
        ["demand", factor] => CrowdAct::Demand {
            group: None,
            factor: parse_factor(factor)?,
        },
        ["demand", factor, id] => {
            let ids = crowd.clients.iter().map(|it| it.id.as_str());
            CrowdAct::Demand {
                group: Some(find("clients", id, crowd.group(id), ids)?),
                factor: parse_factor(factor)?,
            }
        }
        _ => {
            return Err(format!(
                "{text} is no act: write `crash ENDPOINT`, `refuse ENDPOINT`, `recover \
                 ENDPOINT`, `withdraw ENDPOINT SITE`, `announce ENDPOINT SITE`, `crash-site ENDPOINT SITE`, \
                 `recover-site ENDPOINT SITE`, `list ENDPOINT`, `unlist ENDPOINT`, `replace OLD NEW`, `ttl SECONDS`, `weight ENDPOINT N`, \
                 `policy PRESET`, `provider-down PROVIDER`, `provider-up PROVIDER`, `demand xN` \
                 or `demand xN CLIENTS`",
                text = quoted(text)
            ));
        }
    })
}

/// The index, or what there is instead.
pub(super) fn find<'a>(
    kind: &str,
    id: &str,
    index: Option<usize>,
    known: impl Iterator<Item = &'a str>,
) -> Result<usize, String> {
    index.ok_or_else(|| {
        let known: Vec<&str> = known.collect();
        format!(
            "there is no [[{kind}]] {id}; there is {}",
            known.join(", "),
            id = quoted(id)
        )
    })
}

/// The index of a site of an anycast endpoint.
fn find_site(crowd: &Crowd, endpoint: usize, id: &str) -> Result<usize, String> {
    let sites = crowd
        .endpoints
        .get(endpoint)
        .map_or(&[][..], |it| &it.sites);
    let index = sites.iter().position(|site| site.id == id);
    index.ok_or_else(|| {
        let known: Vec<&str> = sites.iter().map(|site| site.id.as_str()).collect();
        format!(
            "there is no site {id}; its `sites` are: {}",
            known.join(", "),
            id = quoted(id)
        )
    })
}

/// Reads a whole number.
fn parse_whole(text: &str, what: &str) -> Result<u32, String> {
    text.parse().map_err(|_| {
        format!(
            "{text} is not {what}: write a whole number",
            text = quoted(text)
        )
    })
}

/// Reads a factor such as `x10` or `x0.5`.
fn parse_factor(text: &str) -> Result<f64, String> {
    let factor = text.strip_prefix('x').and_then(parse_number);
    factor
        .filter(|factor| (0.0..=10_000.0).contains(factor))
        .ok_or_else(|| {
            format!(
                "{text} is no factor: write x and a number, such as x10",
                text = quoted(text)
            )
        })
}
