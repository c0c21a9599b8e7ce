use super::*;

fn errors_of(toml: &str) -> String {
    let errors = WorldSource::parse(toml, |_| None).expect_err("the world is at fault");
    errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

const HEAD: &str = "format = 1\ntitle = \"t\"\nabout = \"a\"\n";

#[test]
fn all_faults_are_reported_at_once() {
    let text = format!(
        "{HEAD}[[zone]]\norigin = \".\"\nfile = \"gone.zone\"\n\
         [[host]]\nid = \"web\"\ntitle = \"Web\"\naddresses = []\nplace = \"nowhere\"\n"
    );
    let errors = errors_of(&text);
    for part in ["gone.zone", "at least one address", "no [[place]]"] {
        assert!(errors.contains(part), "{errors}");
    }
}

#[test]
fn unknown_keys_are_refused() {
    assert!(errors_of(&format!("{HEAD}colour = \"red\"\n")).contains("colour"));
}

#[test]
fn a_resolver_has_the_options_of_its_file_and_of_its_settings() {
    let text = |options: &str| {
        format!(
            "{HEAD}[[place]]\nid = \"p\"\nname = \"P\"\nlatitude = 1\nlongitude = 1\n\
             [[resolver]]\nid = \"r\"\ntitle = \"R\"\naddresses = [\"192.0.2.1\"]\n\
             sites = [\"p\"]\npreset = \"bind\"\noptions = {{ {options} }}\n"
        )
    };
    let world = WorldSource::parse(&text("stale-ttl = \"7\", serve-stale = \"on\""), |_| None)
        .expect("a sound world");
    let config = &world.resolvers()[0].config;
    assert_eq!(config.stale.map(|stale| stale.reply_ttl), Some(7));
    let values = OptionValues::from([("r/stale-ttl".to_owned(), 9.0)]);
    let built = world.build_with(1, &values);
    let Node::Resolver(resolver) = built.node(built.find("r").expect("it is there")) else {
        panic!("`r` is a resolver");
    };
    let stale = resolver.config().stale;
    assert_eq!(stale.map(|stale| stale.reply_ttl), Some(9));
    for (options, problem) in [
        ("colour = \"red\"", "“colour” is no option"),
        ("serve-stale = \"maybe\"", "\"on\" or \"off\""),
    ] {
        let errors = errors_of(&text(options));
        assert!(errors.contains(problem), "{errors}");
    }
}

/// A world of one resolver and one client with the presets given.
fn with_presets(browser: &str, stub: &str, resolver: &str) -> String {
    format!(
        "{HEAD}[[place]]\nid = \"p\"\nname = \"P\"\nlatitude = 1\nlongitude = 1\n\
         [[resolver]]\nid = \"r\"\ntitle = \"R\"\naddresses = [\"192.0.2.1\"]\n\
         sites = [\"p\"]\npreset = \"{resolver}\"\n\
         [[client]]\nid = \"c\"\ntitle = \"C\"\naddress = \"192.0.2.2\"\nplace = \"p\"\n\
         resolver = \"r\"\nbrowser = \"{browser}\"\nstub = \"{stub}\"\n"
    )
}

#[test]
fn every_preset_of_a_cache_can_be_named_in_a_world() {
    use crate::engine::{CacheLayer, cache_presets};
    for preset in cache_presets() {
        let text = match preset.layer {
            CacheLayer::Browser => with_presets(preset.id, "none", "bind"),
            CacheLayer::Stub => with_presets("none", preset.id, "bind"),
            CacheLayer::Resolver => with_presets("none", "none", preset.id),
        };
        let world = WorldSource::parse(&text, |_| None).expect("a sound world");
        let world = world.build(1);
        let mut caches = world
            .node_ids()
            .filter_map(|id| world.node(id).cache(preset.layer));
        let policy = caches.next().map(crate::engine::Cache::policy);
        let expected = Some(preset.policy).filter(|policy| !policy.keeps_nothing());
        assert_eq!(policy, expected, "{}", preset.id);
    }
}

#[test]
fn a_preset_of_another_layer_is_refused_with_those_that_fit() {
    let errors = errors_of(&with_presets("systemd-resolved", "none", "bind"));
    assert!(errors.contains("no preset of a browser cache"), "{errors}");
    assert!(
        errors.contains("chromium, chromium-built-in, firefox"),
        "{errors}"
    );
}

/// A world with one server of one zone, and lines after it.
fn with_flattened(lines: &str) -> Result<WorldSource, Vec<WorldError>> {
    let text = format!(
        "{HEAD}[[place]]\nid = \"p\"\nname = \"P\"\nlatitude = 1\nlongitude = 1\n\
         [[zone]]\norigin = \"example.com\"\nfile = \"z\"\n\
         [[authoritative]]\nid = \"ns1.example.com\"\naddresses = [\"192.0.2.53\"]\n\
         zones = [\"example.com\"]\nsites = [\"p\"]\n\
         [[resolver]]\nid = \"r\"\ntitle = \"R\"\naddresses = [\"192.0.2.1\"]\n\
         sites = [\"p\"]\npreset = \"bind\"\n\
         [[resolver]]\nid = \"six\"\ntitle = \"R\"\naddresses = [\"2001:db8::1\"]\n\
         sites = [\"p\"]\npreset = \"bind\"\n{lines}"
    );
    let zone = "$TTL 300\n@ SOA ns1 host 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.53\nweb CNAME ns1\n";
    WorldSource::parse(&text, |_| Some(zone.to_owned()))
}

/// A `[[flattened]]`.
fn flattened(owner: &str, target: &str, upstream: &str) -> String {
    format!(
        "[[flattened]]\nowner = \"{owner}\"\ntarget = \"{target}\"\nupstream = \"{upstream}\"\n"
    )
}

#[test]
fn the_servers_of_a_zone_get_its_flattened_names() {
    let lines = flattened("example.com", "cdn.example.net", "r");
    let world = with_flattened(&lines).expect("a sound world").build(1);
    let Node::Authoritative(server) = world.node(world.find("ns1.example.com").expect("there"))
    else {
        panic!("it is a server");
    };
    let [name] = server.flattened() else {
        panic!("one name is flattened");
    };
    let seen = [name.upstream, name.source].map(|address| address.to_string());
    assert_eq!(seen, ["192.0.2.1", "192.0.2.53"]);
    assert!(!name.passes_subnet);
}

#[test]
fn a_name_that_cannot_be_flattened_is_refused_with_the_reason() {
    let twice = flattened("example.com", "cdn.example.net", "r").repeat(2);
    for (lines, reason) in [
        (twice, "it is there twice"),
        (
            flattened("example.com", "example.com", "r"),
            "leads to itself",
        ),
        (
            flattened("example.org", "cdn.example.net", "r"),
            "no [[zone]] holds",
        ),
        (
            flattened("example.com", "cdn.example.net", "q"),
            "“q” is no [[resolver]]",
        ),
        (
            flattened("example.com", "cdn.example.net", "six"),
            "cannot reach “six”",
        ),
        (
            flattened("ns1.example.com", "cdn.example.net", "r"),
            "addresses of its own",
        ),
        (
            flattened("web.example.com", "cdn.example.net", "r"),
            "an alias in its zone",
        ),
        (
            flattened("new.example.com", "cdn.example.net", "r"),
            "a CNAME can stand there",
        ),
    ] {
        let errors = with_flattened(&lines).expect_err("the world is at fault");
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].problem.contains(reason), "{errors:?}");
    }
    let unknown = flattened("example.com", "cdn.example.net", "r") + "ttl = 60\n";
    let errors = with_flattened(&unknown).expect_err("the world is at fault");
    assert!(errors[0].problem.contains("ttl"), "{errors:?}");
}

/// A `[[steered]]` with a policy, an alias to each of some names and further lines.
fn steered(owner: &str, policy: &str, aliases: &[&str], more: &str) -> String {
    let mut text = format!("[[steered]]\nowner = \"{owner}\"\npolicy = \"{policy}\"\n");
    for alias in aliases {
        text += &format!("[[steered.endpoint]]\nalias = \"{alias}\"\n");
    }
    text + more
}

#[test]
fn a_steered_name_can_lead_to_others_and_its_zone_holds_all_their_addresses() {
    let machine = "[[steered.endpoint]]\naddress = \"192.0.2.7\"\n";
    let unjudged = "evaluate_health = false\npriority = 2\n";
    let lines = steered(
        "www.example.com",
        "route53-failover",
        &["a.example.com", "b.example.com"],
        unjudged,
    ) + &steered("a.example.com", "route53-weighted", &[], machine)
        + &steered("b.example.com", "route53-weighted", &["a.example.com"], "");
    let world = with_flattened(&lines).expect("a sound world").build(1);
    let Node::Authoritative(server) = world.node(world.find("ns1.example.com").expect("there"))
    else {
        panic!("it is a server");
    };
    let key = crate::dns::RrsetKey {
        owner: "www.example.com".parse().expect("a name"),
        rtype: crate::dns::Rtype::A,
    };
    let (pool, _) = server.steered(&key).expect("the name is steered");
    use crate::engine::policy::Endpoint;
    let to = |name: &str, evaluates| Endpoint::alias(name.parse().expect("a name"), evaluates);
    let second = Endpoint {
        priority: 2,
        ..to("b.example.com", false)
    };
    assert_eq!(pool.endpoints(), [to("a.example.com", true), second]);
    let held = server.zones()[0].get(&key.owner, key.rtype);
    let held: Vec<String> = { held.expect("the set is there") }
        .addresses()
        .map(|address| address.to_string())
        .collect();
    assert_eq!(held, ["192.0.2.7"]);
}

#[test]
fn an_alias_that_leads_nowhere_good_is_refused_with_the_reason() {
    let machine = "[[steered.endpoint]]\naddress = \"192.0.2.7\"\n";
    let failover = |owner: &str, to: &str| steered(owner, "route53-failover", &[to], "");
    for (lines, reason) in [
        (
            failover("a.example.com", "gone.example.com"),
            "steered a.example.com A: an alias leads to “gone.example.com”, which is no steered name",
        ),
        (
            failover("a.example.com", "b.example.com")
                + &failover("b.example.com", "a.example.com"),
            "in a circle: a.example.com -> b.example.com -> a.example.com",
        ),
        (
            failover("a.example.com", "a.example.com"),
            "in a circle: a.example.com -> a.example.com",
        ),
        (
            failover("a.example.com", "www.example.net")
                + &steered("www.example.net", "route53-weighted", &[], machine),
            "steered a.example.com A: the alias to “www.example.net” leads out of the zone example.com",
        ),
        (
            steered(
                "a.example.com",
                "route53-multivalue",
                &["b.example.com"],
                "",
            ) + &steered("b.example.com", "route53-weighted", &[], machine),
            "this policy takes addresses only",
        ),
        (
            steered(
                "a.example.com",
                "route53-weighted",
                &["b.example.com"],
                "weight = 300\n",
            ) + &steered("b.example.com", "route53-weighted", &[], machine),
            "weights must be 0 to 255",
        ),
        (
            steered(
                "a.example.com",
                "route53-weighted",
                &["b.example.com"],
                "address = \"192.0.2.7\"\n",
            ),
            "leave out host and address",
        ),
        (
            steered(
                "a.example.com",
                "route53-weighted",
                &["b.example.com"],
                "checked = true\n",
            ),
            "no check of its own",
        ),
        (
            steered(
                "a.example.com",
                "route53-weighted",
                &[],
                &format!("{machine}evaluate_health = true\n"),
            ),
            "for an alias only",
        ),
    ] {
        let errors = with_flattened(&lines).expect_err("the world is at fault");
        let is_told = errors.iter().any(|error| error.problem.contains(reason));
        assert!(is_told, "{reason}\n{errors:?}");
    }
}
